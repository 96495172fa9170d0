import type { Config } from "../config.ts";
import type { Clock } from "../domain/time.ts";
import { AppError } from "../errors.ts";
import { type Answer, ask, type Question, withApi } from "./ask.ts";
import { flagIn, flagOf } from "./flag-name.ts";
import { inputRequest } from "./input/flags.ts";
import type { Options, ReadCommand } from "./reads/command.ts";

/** Runs a read: over its files where `--input` names some, else over the tape. Its errors name flags. */
export const runRead = async (
  read: ReadCommand,
  given: Options,
  config: Config,
  clock: Clock,
): Promise<Answer> => {
  const { json, db: _, ...options } = given;
  const { overInput } = read;
  try {
    const request = overInput === undefined ? null : inputRequest(options);
    if (request === null || overInput === undefined)
      return await askOf(read, read.question(options), config, clock, json === true);
    const { withInputTape } = await import("./input/tape.ts");
    return await withInputTape(config, clock, { ...request, quiet: json === true }, (tape) =>
      overInput(request.options, tape),
    );
  } catch (error) {
    throw error instanceof AppError ? inFlags(error, read) : error;
  }
};

const askOf = async (
  { gather }: ReadCommand,
  question: Question,
  config: Config,
  clock: Clock,
  quiet: boolean,
): Promise<Answer> => {
  if (gather === undefined) return ask(config, clock, question);
  const { progressBar } = await import("./progress.ts");
  const progress = progressBar(quiet);
  try {
    return await withApi({ config, clock, path: question.path }, (api) => gather(api, question, progress));
  } finally {
    progress.stop();
  }
};

/** The endpoint names a field; whoever typed a command knows its flag. */
const inFlags = (error: AppError, { flags }: ReadCommand): AppError => {
  const names = new Set(flags.map(flagIn));
  let { message } = error;
  for (const { field } of error.details.errors ?? []) {
    const flag = flagOf(field.split(".").at(-1)!);
    if (names.has(flag)) message = nameFlag(message, field, flag);
  }
  if (message === error.message) return error;
  return new AppError(error.code, message, {
    retryable: error.retryable,
    details: error.details,
    cause: error,
  });
};

const nameFlag = (message: string, field: string, flag: string): string =>
  message
    .split("; ")
    .map((part) => (part.startsWith(`${field}: `) ? `${flag}${part.slice(field.length)}` : part))
    .join("; ");
