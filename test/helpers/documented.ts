import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { FastifyInstance, InjectOptions } from "fastify";
import { expect } from "vitest";

type Json = Readonly<Record<string, unknown>>;

export interface Meta {
  readonly at: string;
  readonly as_of: string;
  readonly data_age_s: number | null;
  readonly completeness: number | null;
  readonly sources: readonly { source: string; status: string; age_s: number | null }[];
  readonly methodology: string;
  readonly next_cursor?: string | null;
  readonly book_version?: number;
}

export interface Answer<T> {
  readonly data: T;
  readonly meta: Meta;
}

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { field: string; message: string; allowed?: readonly string[] }[];
  readonly details?: Json;
}

/** Asks the app and holds every answer against the OpenAPI document that the app itself gives. */
export interface Client {
  readonly get: <T>(url: string) => Promise<Answer<T>>;
  readonly post: <T>(url: string, payload: object) => Promise<Answer<T>>;
  /** The problem an address is refused with. */
  readonly refused: (status: number, request: string | InjectOptions) => Promise<Problem>;
}

interface Operation {
  readonly path: RegExp;
  readonly method: string;
  readonly check: (status: number, type: string) => ValidateFunction | undefined;
}

export const clientOf = async (
  app: FastifyInstance,
  headers: Record<string, string> = {},
): Promise<Client> => {
  const document = (await app.inject({ url: "/openapi.json", headers })).json() as OpenApi;
  const operations = operationsOf(document);
  const ask = async (options: InjectOptions) => {
    const reply = await app.inject({ ...options, headers: { ...headers, ...options.headers } });
    const path = String(options.url).split("?")[0]!;
    const method = (options.method ?? "GET").toLowerCase();
    const operation = operations.find((each) => each.method === method && each.path.test(path));
    const type = String(reply.headers["content-type"]).split(";")[0]!;
    const check = operation?.check(reply.statusCode, type);
    if (check && type !== "text/csv")
      expect(check(reply.json()) || check.errors, `${method} ${options.url}`).toBe(true);
    return reply;
  };
  const answered = async <T>(options: InjectOptions): Promise<Answer<T>> => {
    const reply = await ask(options);
    expect(reply.statusCode, reply.body.slice(0, 500)).toBe(200);
    const answer = reply.json() as Answer<T>;
    checkMeta(answer.meta);
    return answer;
  };
  return {
    get: (url) => answered({ url }),
    post: (url, payload) => answered({ method: "POST", url, payload }),
    refused: async (status, request) => {
      const options = typeof request === "string" ? { url: request } : request;
      const reply = await ask(options);
      expect(reply.statusCode, reply.body.slice(0, 500)).toBe(status);
      expect(reply.headers["content-type"]).toMatch(/^application\/problem\+json/);
      const problem = reply.json() as Problem;
      expect(problem).toMatchObject({ type: "about:blank", status, instance: options.url });
      expect(problem.detail.trim()).not.toBe("");
      expect(JSON.stringify(problem)).not.toMatch(/\bat .+:\d+:\d+|node_modules|\.ts\b/);
      return problem;
    },
  };
};

export const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const checkMeta = (meta: Meta): void => {
  expect(meta.at).toMatch(rfc3339);
  expect(meta.as_of).toMatch(rfc3339);
  expect(meta.data_age_s ?? 0).toBeGreaterThanOrEqual(0);
  expect(meta.completeness ?? 0).toBeGreaterThanOrEqual(0);
  expect(meta.completeness ?? 0).toBeLessThanOrEqual(1);
  expect(meta.methodology).not.toBe("");
  for (const { source, status, age_s } of meta.sources) {
    expect(source).not.toBe("");
    expect(["ok", "stale", "failing", "disabled"]).toContain(status);
    expect(age_s ?? 0).toBeGreaterThanOrEqual(0);
  }
};

export interface OpenApi {
  readonly openapi: string;
  readonly info: Json;
  readonly tags: readonly { name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}

export interface OpenApiOperation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: Json }[];
  readonly requestBody?: { content: Readonly<Record<string, { schema: Json }>> };
  readonly responses: Readonly<
    Record<string, { description: string; content?: Readonly<Record<string, { schema: Json }>> }>
  >;
}

export const ajv = (): Ajv2020 => new Ajv2020({ strict: false, allErrors: true });

const operationsOf = (document: OpenApi): Operation[] => {
  const validator = ajv();
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({
      path: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
      method,
      check: (status, type) => {
        const found = responses[String(status)] ?? responses[`${Math.floor(status / 100)}XX`];
        if (found === undefined) return undefined;
        expect(Object.keys(found.content ?? {}), `${method} ${path} ${status}`).toContain(type);
        return validator.compile(found.content![type]!.schema);
      },
    })),
  );
};
