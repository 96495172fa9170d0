import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mainFile } from "./build.ts";
import { until } from "./until.ts";

export type ProgramEnv = Readonly<Record<string, string>>;

export interface Ended {
  /** Exit status; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A line of the log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string };

export interface Program {
  /** Where it serves. */
  readonly url: string;
  readonly pid: number;
  /** What it has logged so far. */
  readonly logs: () => LogLine[];
  readonly output: () => string;
  readonly ended: Promise<Ended>;
  /** Asks it to end and waits. */
  readonly stop: () => Promise<Ended>;
  /** kill -9. */
  readonly kill: () => Promise<Ended>;
}

export interface Running {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
  readonly signal: (name: NodeJS.Signals) => void;
}

const children = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** Nothing of the caller's own settings, short time-outs, any free port. */
const environment = (env: ProgramEnv): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  GPUTAPE_PORT: "0",
  GPUTAPE_HTTP_ATTEMPT_MS: "600",
  GPUTAPE_HTTP_TOTAL_MS: "2000",
  ...env,
});

/** Starts a process and gathers what it says; it is ended with this one at the latest. */
export const launch = (command: string, args: readonly string[], env: ProgramEnv): Running => {
  const child = spawn(command, args, { env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8");
    child[name].on("data", (text: string) => {
      said[name] += text;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      children.delete(child);
      resolve({ code, signal, ...said });
    });
  });
  return {
    pid: child.pid!,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    ended,
    signal: (name) => void child.kill(name),
  };
};

/** Starts a command of the program without waiting for its end. */
export const launchCli = (args: readonly string[], env: ProgramEnv): Running =>
  launch(process.execPath, [mainFile, ...args], env);

/** Runs one command to its end. */
export const runCli = (args: readonly string[], env: ProgramEnv = {}): Promise<Ended> =>
  launchCli(args, env).ended;

const linesOf = (text: string): LogLine[] =>
  text.split("\n").flatMap((line) => (line.startsWith("{") ? [parseLine(line)] : []));

const parseLine = (line: string): LogLine => {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { msg: line };
  }
};

/** The log of a process that still runs: its last line may be cut. */
export const logOf = (running: Running): LogLine[] => linesOf(running.stderr());

/** Runs `start` until it has printed its address. Throws with what it said when it ends before. */
export const startProgram = async (args: readonly string[], env: ProgramEnv): Promise<Program> => {
  const running = launchCli(["start", ...args], env);
  let end: Ended | null = null;
  void running.ended.then((ended) => {
    end = ended;
  });
  const port = await until("the program prints its address", () => {
    if (end) throw new Error(`the program ended with ${end.code ?? end.signal}: ${end.stderr}${end.stdout}`);
    return /localhost:(\d+)\/docs/.exec(running.stdout())?.[1];
  });
  const finish = (name: NodeJS.Signals): Promise<Ended> => {
    running.signal(name);
    return running.ended;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    pid: running.pid,
    logs: () => logOf(running),
    output: running.stdout,
    ended: running.ended,
    stop: () => finish("SIGTERM"),
    kill: () => finish("SIGKILL"),
  };
};

/** A temporary folder with room for a tape. */
export interface Workspace {
  readonly folder: string;
  readonly db: string;
  readonly archive: string;
  readonly file: (name: string) => string;
  readonly remove: () => void;
}

export const workspace = (): Workspace => {
  const folder = mkdtempSync(join(tmpdir(), "gputape-e2e-"));
  return {
    folder,
    db: join(folder, "tape.duckdb"),
    archive: join(folder, "tape-archive"),
    file: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
