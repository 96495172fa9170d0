import { createHash } from "node:crypto";
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { AppError, badInput } from "../errors.ts";
import { maskUrl } from "../sources/http-failure.ts";
import { failureOf, git } from "./git.ts";

/** A repository on disk and the commit whose history is read. */
export interface Repository {
  /** As the user named it, without secrets. */
  readonly name: string;
  readonly folder: string;
  readonly head: string;
  /** Files come from elsewhere when they are asked for. */
  readonly partial: boolean;
}

export interface OpenRepository {
  /** Where copies of remote repositories are kept. */
  readonly cache: string;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** https://, ssh://, file:// and so on, or host:path. */
const isRemote = (place: string): boolean =>
  /^[a-z][a-z\d+.-]*:\/\//i.test(place) || /^[\w.-]+@[\w.-]+:/.test(place);

/**
 * Opens a clone, bare or not, or a partial copy of a remote repository kept in the cache and brought up to date.
 * Throws `bad_input` or `not_found` naming --repo where there is none.
 */
export const openRepository = async (place: string, options: OpenRepository): Promise<Repository> => {
  if (place.startsWith("-") || place.trim() === "")
    throw badInput("--repo", `"${place}" is neither a folder nor a URL`);
  return isRemote(place) ? openRemote(place, options) : openLocal(place);
};

const openLocal = async (place: string): Promise<Repository> => {
  if (!existsSync(place) || !statSync(place).isDirectory())
    throw new AppError(
      "not_found",
      `--repo: there is no folder ${place}; name a clone of the catalog or a URL`,
    );
  const folder = realpathSync(place);
  await git(["rev-parse", "--git-dir"], { folder, ceiling: dirname(folder) }).catch((error: unknown) => {
    const failure = failureOf(error);
    if (!failure) throw error;
    // Whose the folder is, or what else is wrong with it, git says best itself.
    const why = /not a git repository/i.test(failure.said)
      ? "is not a git repository; name the top folder of a clone"
      : `cannot be read: ${failure.said.split("\n")[0]}`;
    throw badInput("--repo", `${place} ${why}`);
  });
  return describe(place, folder, "HEAD");
};

const describe = async (name: string, folder: string, ref: string): Promise<Repository> => {
  const head = await git(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], { folder }).catch(() => "");
  if (head === "") throw badInput("--repo", `${name} has no commits`);
  const promisors = await git(["config", "--get-regexp", "^remote\\..*\\.promisor$"], { folder }).catch(
    () => "",
  );
  return { name, folder, head, partial: /\btrue$/m.test(promisors) };
};

const ref = "refs/gputape/head";

const openRemote = async (url: string, { cache, progress, signal }: OpenRepository): Promise<Repository> => {
  const name = maskUrl(url);
  const folder = join(cache, folderName(url));
  try {
    if (!existsSync(folder)) {
      progress(`copying the history of ${name}`);
      await clone(url, folder, signal);
    }
    progress(`fetching news of ${name}`);
    const options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none"];
    await git(["fetch", ...options, "origin", `+HEAD:${ref}`], { folder, signal });
  } catch (error) {
    throw remoteError(error, url, name, folder);
  }
  return describe(name, folder, ref);
};

/** Commits and folders only; the files that are read come later. Half a copy is never taken for one. */
const clone = async (url: string, folder: string, signal: AbortSignal): Promise<void> => {
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = `${folder}.${process.pid}`;
  try {
    const options = ["--bare", "--quiet", "--filter=blob:none", "--single-branch", "--no-tags"];
    await git(["clone", ...options, "--", url, unfinished], { signal });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
};

const folderName = (url: string): string => {
  const plain = basename(url.replace(/[/\\]+$/, ""))
    .replace(/\.git$/, "")
    .replace(/[^\w.-]+/g, "-");
  return `${plain || "repository"}-${createHash("sha256").update(url).digest("hex").slice(0, 8)}.git`;
};

const remoteError = (error: unknown, url: string, name: string, folder: string): unknown => {
  const failure = failureOf(error);
  if (!failure) return error;
  const said = failure.said
    .replaceAll(url, name)
    .split("\n")
    .find((line) => /fatal|error/i.test(line));
  const copy = existsSync(folder) ? `; name its copy with --repo ${folder} to read what is there` : "";
  return new AppError(
    "upstream_failed",
    `--repo: ${name} cannot be fetched: ${said ?? "git failed"}${copy}`,
    {
      cause: error,
    },
  );
};
