import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { breathe } from "../breathe.ts";
import { AppError, badInput } from "../errors.ts";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "./duckdb.ts";
import { isBehind, migrate } from "./migrate.ts";
import { openOldTape } from "./old-tape.ts";

export interface OpenOptions {
  readonly readOnly?: boolean;
  readonly threads?: number;
  readonly memoryLimit?: string;
}

/** An open tape. All SQL of the program runs through it; `exclusive` lines writers up. */
export interface Database {
  readonly path: string;
  readonly readOnly: boolean;
  /** Connection of the one writer; use it inside `exclusive` only. */
  readonly writer: DuckDBConnection;
  readonly reader: DuckDBConnection;
  /** For reads of history that take long: the short ones need not wait behind them. */
  readonly scanner: DuckDBConnection;
  /** Runs one writing job at a time, in the order of the calls. */
  readonly exclusive: <T>(job: () => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

const settings = (options: OpenOptions): Record<string, string> => ({
  threads: String(options.threads ?? 2),
  memory_limit: options.memoryLimit ?? "512MB",
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  ...(options.readOnly ? { access_mode: "READ_ONLY" } : {}),
});

/**
 * Opens the tape and applies the migrations it lacks; one opened to read only gets them in memory and stays as it is on
 * disk. Creates the folder for a new tape.
 * Throws `database_locked` naming the process that holds it, `not_found` for a read-only open of nothing.
 */
export const openDatabase = async (path: string, options: OpenOptions = {}): Promise<Database> => {
  if (options.readOnly && !existsSync(path)) {
    throw new AppError(
      "not_found",
      `no tape at ${path}; \`gputape start\`, \`collect\` or \`import\` makes one`,
    );
  }
  if (existsSync(path) && statSync(path).isDirectory())
    throw badInput("--db", `${path} is a folder; name a file, for example tape.duckdb in it`);
  if (path !== ":memory:" && !options.readOnly) makeFolder(dirname(path));
  const instance = await openInstance(path, options);
  try {
    const writer = await instance.connect();
    const [reader, scanner] = [await instance.connect(), await instance.connect()];
    for (const connection of [writer, reader, scanner]) await connection.run("set timezone = 'UTC'");
    if (!options.readOnly) await migrate(writer);
    const exclusive = queue();
    const close = async (): Promise<void> => {
      try {
        if (!options.readOnly) await writer.run("checkpoint");
      } catch (error) {
        // A full disk only puts off the tidying: what was written is safe in the log beside the tape.
        if (!diskFull.test(String(error))) throw translate(error, path);
      } finally {
        reader.closeSync();
        scanner.closeSync();
        writer.closeSync();
        instance.closeSync();
      }
    };
    return {
      path,
      readOnly: options.readOnly ?? false,
      writer,
      reader,
      scanner,
      exclusive,
      // Behind what is being written: the engine crashes when a connection is closed under a statement.
      close: () => exclusive(close),
    };
  } catch (error) {
    instance.closeSync();
    throw translate(error, path);
  }
};

const openInstance = async (path: string, options: OpenOptions): Promise<DuckDBInstance> => {
  try {
    // fromCache: a second create() of one path in one process would open a second engine and lose data.
    const instance = await (path === ":memory:"
      ? DuckDBInstance.create(path, settings(options))
      : DuckDBInstance.fromCache(path, settings(options)));
    if (!options.readOnly || !(await isOld(instance))) return instance;
    instance.closeSync();
    return await openOldTape(path, settings({ ...options, readOnly: false }));
  } catch (error) {
    throw translate(error, path);
  }
};

const isOld = async (instance: DuckDBInstance): Promise<boolean> => {
  const connection = await instance.connect();
  try {
    return await isBehind(connection);
  } finally {
    connection.closeSync();
  }
};

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new AppError("bad_input", `--db: cannot make the folder ${folder}: ${(cause as Error).message}`, {
      cause,
    });
  }
};

const diskFull = /no space left|disk full|could not write|out of disk/i;

/** Turns DuckDB's messages into the project's errors; anything unknown stays what it was. */
export const translate = (error: unknown, path: string): unknown => {
  if (error instanceof AppError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/conflicting lock|could not set lock/i.test(text)) {
    const pid = /PID (\d+)/.exec(text)?.[1];
    const holder = pid ? `process ${pid}` : "another process";
    return new AppError(
      "database_locked",
      `${path} is open in ${holder}; one process writes, so stop it, ask it over HTTP (\`gputape status\` finds a running server), or name another file with --db`,
      { details: pid ? { pid: Number(pid) } : {}, cause: error },
    );
  }
  if (diskFull.test(text)) {
    const wayOut = /checkpoint|invalidated/i.test(text)
      ? "this write may be lost, nothing before it is; free some space and start again"
      : "nothing of this write was kept, free some space and run it again";
    return new AppError("disk_full", `${path}: the disk is full; ${wayOut}`, { cause: error });
  }
  if (/not a valid DuckDB database|serialization error|corrupt/i.test(text)) {
    return new AppError("bad_input", `--db: ${path} is not a gputape tape: ${firstLine(text)}`, {
      cause: error,
    });
  }
  return error;
};

const firstLine = (text: string): string => text.split("\n")[0]!;

/** Runs the job in one transaction: all of it is kept or nothing. */
export const transaction = async <T>(connection: DuckDBConnection, job: () => Promise<T>): Promise<T> => {
  await connection.run("begin transaction");
  try {
    const result = await job();
    await connection.run("commit");
    return result;
  } catch (error) {
    await connection.run("rollback").catch(() => undefined);
    throw error;
  }
};

export type Row = Record<string, DuckDBValue>;
export type Parameters = Record<string, DuckDBValue>;

/** All rows of a query as objects; for answers of at most some thousand rows. */
export const rows = async (
  connection: DuckDBConnection,
  sql: string,
  parameters?: Parameters,
): Promise<Row[]> => {
  const result = await connection.runAndReadAll(sql, parameters);
  return result.getRowObjects();
};

/**
 * Hands the rows of a query to `each` column by column, a chunk of about 2,000 rows at a time, and lets the
 * event loop breathe between chunks.
 */
export const eachChunk = async (
  connection: DuckDBConnection,
  sql: string,
  parameters: Parameters | undefined,
  each: (columns: readonly (readonly DuckDBValue[])[], count: number) => void,
): Promise<void> => {
  const result = await connection.run(sql, parameters);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    each(chunk.getColumns(), chunk.rowCount);
    await breathe();
  }
};

/** Lines jobs up: each starts when those before it have ended, failed or not. */
export const queue = (): Database["exclusive"] => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(job: () => Promise<T>): Promise<T> => {
    const run = last.then(job, job);
    last = run.catch(() => undefined);
    return run;
  };
};
