import { readFileSync, rmSync, writeFileSync } from "node:fs";

/** A server that has the tape open, as it says itself in a file beside the tape. */
export interface Running {
  readonly pid: number;
  readonly url: string;
  /** Secret of this run, for whoever may read the file: the owner of the tape. It opens every endpoint. */
  readonly token?: string;
}

const pathOf = (db: string): string => `${db}.server.json`;

export const announce = (db: string, running: Running): void =>
  writeFileSync(pathOf(db), JSON.stringify(running), { mode: 0o600 });

export const withdraw = (db: string): void => rmSync(pathOf(db), { force: true });

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/** The live server over a tape; null when there is none. */
export const findRunning = (db: string): Running | null => {
  try {
    const running = JSON.parse(readFileSync(pathOf(db), "utf8")) as Running;
    return alive(running.pid) ? running : null;
  } catch {
    return null;
  }
};
