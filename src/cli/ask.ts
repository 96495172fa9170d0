import type { FastifyInstance } from "fastify";
import type { Config } from "../config.ts";
import type { Clock } from "../domain/time.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import { askServer } from "./ask-server.ts";
import { findRunning, type Running } from "./running.ts";

/** An answer of the API. */
export interface Answer {
  readonly data: unknown;
  readonly meta: Readonly<Record<string, unknown>>;
}

export interface Question {
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

const urlOf = ({ path, query = {} }: Question): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? path : `${path}?${search}`;
};

const answerOf = (status: number, text: string): Answer => {
  const body = JSON.parse(text) as Answer & {
    code?: ErrorCode;
    detail?: string;
    details?: object;
    errors?: [];
  };
  if (status < 400) return body;
  throw new AppError(body.code ?? "internal", body.detail ?? `the server answered ${status}`, {
    details: { ...(body.details ?? {}), errors: body.errors ?? [] },
  });
};

/** Puts a question to the API. */
export type Ask = (question: Question) => Promise<Answer>;

/** What to open for a question: the tape, its settings, and the endpoint that will be asked. */
export interface Asking {
  readonly config: Config;
  readonly clock: Clock;
  readonly path: string;
}

/**
 * Lends the API: the running server where one has the tape open, else the one endpoint over the tape opened read-only in
 * this process. So a command and its endpoint never differ.
 */
export const withApi = async <T>(
  { config, clock, path }: Asking,
  use: (ask: Ask) => Promise<T>,
): Promise<T> => {
  const running = findRunning(config.db);
  if (running) return use((question) => askRunning(running, question));
  const { openService } = await import("./service.ts");
  const service = await openService({ config: { ...config, logLevel: "silent" }, clock, readOnly: true });
  try {
    const app = await service.app({ only: path });
    return await use((question) => askApp(app, question));
  } finally {
    await service.close();
  }
};

/** Asks the API one question. */
export const ask = (config: Config, clock: Clock, question: Question): Promise<Answer> =>
  withApi({ config, clock, path: question.path }, (api) => api(question));

/** Asks the server that has the tape open. */
export const askRunning = async (running: Running, question: Question): Promise<Answer> => {
  const { status, body } = await askServer(running, urlOf(question), question.body);
  return answerOf(status, body);
};

/** Asks an API in this process. */
export const askApp = async (app: FastifyInstance, question: Question): Promise<Answer> => {
  const request =
    question.body === undefined
      ? app.inject({ method: "GET", url: urlOf(question) })
      : app.inject({ method: "POST", url: question.path, payload: question.body as object });
  const { statusCode, body } = await request;
  return answerOf(statusCode, body);
};
