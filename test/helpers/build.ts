import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const lock = join(root, "node_modules", ".gputape-build-lock");

/** The built program. */
export const mainFile = join(root, "dist", "main.js");

const newestIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((newest, entry) => Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);

/** Built after the last change; the page is built last, so that half a build is none. */
const isFresh = (): boolean => {
  const last = join(root, "dist", "web", "index.html");
  return existsSync(mainFile) && existsSync(last) && statSync(last).mtimeMs >= newestIn(join(root, "src"));
};

const takeLock = (): boolean => {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, "pid"), String(process.pid));
    return true;
  } catch {
    return false;
  }
};

const holderIsGone = (): boolean => {
  try {
    process.kill(Number(readFileSync(join(lock, "pid"), "utf8")), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
};

/** Runs `npm run build` where dist is older than src, one process at a time. */
export const ensureBuilt = async (): Promise<void> => {
  const deadline = Date.now() + 180_000;
  while (!isFresh()) {
    if (Date.now() > deadline) throw new Error(`another build holds ${lock}`);
    if (!takeLock()) {
      if (holderIsGone()) rmSync(lock, { recursive: true, force: true });
      await delay(200);
      continue;
    }
    try {
      if (!isFresh()) build();
      return;
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
};

const build = (): void => {
  const { status, stdout, stderr } = spawnSync("npm", ["run", "build"], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm run build failed:\n${stdout}\n${stderr}`);
};
