import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Files by path; null takes one away. */
export interface CatalogCommit {
  readonly at: string;
  readonly files: Readonly<Record<string, string | null>>;
}

export interface CatalogRepo {
  readonly folder: string;
  /** Adds commits on top. */
  readonly commit: (commits: readonly CatalogCommit[]) => void;
  readonly git: (...args: string[]) => string;
  readonly remove: () => void;
}

/** A bare repository with these commits, each committed at its time. */
export const catalogRepo = (commits: readonly CatalogCommit[]): CatalogRepo => {
  const folder = mkdtempSync(join(tmpdir(), "gputape-catalog-"));
  const run = (args: readonly string[], input?: string): string =>
    execFileSync("git", ["-C", folder, ...args], {
      input,
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
    });
  run(["init", "--quiet", "--bare", "--initial-branch=master", "."]);
  let made = false;
  const commit = (added: readonly CatalogCommit[]): void => {
    const [first, ...rest] = added.map(({ at, files }) => {
      const when = Date.parse(at) / 1000;
      const changes = Object.entries(files).map(([path, text]) =>
        text === null ? `D ${path}\n` : `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
      );
      // Written long before it was committed: the time of the commit is what counts.
      const people = `author a <a@example.org> ${when - 86_400} +0000\ncommitter a <a@example.org> ${when} +0200\n`;
      return { head: "commit refs/heads/master\n", body: `${people}data 0\n`, changes: changes.join("") };
    });
    const parts = [first!, ...rest].map(({ head, body, changes }, index) => {
      const parent = index === 0 && made ? "from refs/heads/master^0\n" : "";
      return `${head}${body}${parent}${changes}\n`;
    });
    run(["fast-import", "--quiet"], parts.join(""));
    made = true;
  };
  if (commits.length > 0) commit(commits);
  return {
    folder,
    commit,
    git: (...args) => run(args),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
