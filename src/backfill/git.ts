import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { processEnvironment } from "../config.ts";
import { AppError } from "../errors.ts";

/** How a git command is run; nothing of it is ever asked on the terminal. */
export interface GitOptions {
  /** The repository. */
  readonly folder?: string;
  /** Git looks for a repository in `folder` alone and not above it. */
  readonly ceiling?: string;
  readonly input?: string;
  readonly signal?: AbortSignal;
}

/** A git command that failed; `said` is what it printed on standard error, first line first. */
export interface GitFailure {
  readonly code: number | null;
  readonly said: string;
}

/** What points at a repository in the environment, as in that of a hook, must not win over the one that is named. */
const notInherited =
  /^GIT_(DIR|WORK_TREE|IMPLICIT_WORK_TREE|INDEX_FILE|COMMON_DIR|NAMESPACE|PREFIX|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|GRAFT_FILE|SHALLOW_FILE|REPLACE_REF_BASE)$/;

const environment = (ceiling: string | undefined): Record<string, string> => {
  const inherited = Object.entries(processEnvironment()).filter(([name]) => !notInherited.test(name));
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    ...(ceiling === undefined ? {} : { GIT_CEILING_DIRECTORIES: ceiling }),
  };
};

const settings = ["-c", "gc.auto=0", "-c", "maintenance.auto=0", "--no-pager", "--no-replace-objects"];

/** Starts git. Its end is for the caller to await with `endOf`. */
export const startGit = (
  args: readonly string[],
  { folder, ceiling, signal }: GitOptions = {},
): ChildProcessWithoutNullStreams => {
  const place = folder === undefined ? [] : ["-C", folder];
  const child = spawn("git", [...place, ...settings, ...args], {
    env: environment(ceiling),
    stdio: ["pipe", "pipe", "pipe"],
    ...(signal === undefined ? {} : { signal }),
  });
  // A command that ends before it has read its input breaks the pipe; its exit status tells why.
  child.stdin.on("error", () => undefined);
  return child;
};

/** Resolves when git has ended well; rejects with what it said otherwise. */
export const endOf = (child: ChildProcessWithoutNullStreams): Promise<void> => {
  let said = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    said = (said + text).slice(0, 4000);
  });
  return new Promise((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => reject(startError(error)));
    child.on("close", (code) => (code === 0 ? resolve() : reject(gitError({ code, said: said.trim() }))));
  });
};

const startError = (error: NodeJS.ErrnoException): AppError =>
  error.name === "AbortError"
    ? new AppError("unavailable", "git was stopped", { cause: error })
    : new AppError(
        "not_found",
        error.code === "ENOENT"
          ? "git: there is no such command on this machine; install git and run this again"
          : `git: cannot be started (${error.message})`,
        { cause: error },
      );

const gitError = (failure: GitFailure): AppError =>
  new AppError("upstream_failed", `git failed: ${failure.said.split("\n")[0] || `status ${failure.code}`}`, {
    details: { ...failure },
  });

/** What git said when it failed; null for any other error. */
export const failureOf = (error: unknown): GitFailure | null => {
  const details = error instanceof AppError ? (error.details as Partial<GitFailure>) : {};
  return typeof details.said === "string" ? { code: details.code ?? null, said: details.said } : null;
};

/** Runs git to its end and gives what it printed; for short answers. */
export const git = async (args: readonly string[], options: GitOptions = {}): Promise<string> => {
  const child = startGit(args, options);
  const end = endOf(child);
  child.stdin.end(options.input ?? "");
  let text = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (part: string) => {
    text += part;
  });
  await end;
  return text.trim();
};

/** Runs git and hands over what it prints, line by line. */
export async function* gitLines(args: readonly string[], options: GitOptions = {}): AsyncGenerator<string> {
  const child = startGit(args, options);
  const end = endOf(child);
  end.catch(() => undefined);
  child.stdin.end();
  yield* createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
  await end;
}
