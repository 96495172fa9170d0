import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mainFile } from "../helpers/build.ts";
import { type Workspace, workspace } from "../helpers/program.ts";
import { until } from "../helpers/until.ts";
import { startUpstream, type Upstream } from "../helpers/upstream.ts";

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.close());

/** Starts the program with these standard streams in place of pipes that somebody reads. */
const start = (space: Workspace, stdout: "pipe" | number, stderr: "pipe" | number): ChildProcess =>
  spawn(process.execPath, [mainFile, "start"], {
    env: { PATH: process.env.PATH ?? "", ...upstream.env, GPUTAPE_PORT: "0", GPUTAPE_DB: space.db },
    stdio: ["ignore", stdout, stderr],
  });

const urlOf = (space: Workspace): string | undefined => {
  const path = `${space.db}.server.json`;
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).url : undefined;
};

/** It answers and makes a book, and ends when it is told to. */
const livesOn = async (space: Workspace, child: ChildProcess): Promise<void> => {
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const url = await until("it serves", () => urlOf(space));
  await until("it has a book", async () => (await fetch(`${url}/readyz`)).ok);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
};

describe("a reader that goes away", () => {
  it.each(["stdout", "stderr", "stdout and stderr"])("after the first text of %s", async (names) => {
    const space = workspace();
    const child = start(space, "pipe", "pipe");
    for (const name of ["stdout", "stderr"] as const) {
      if (names.includes(name)) child[name]!.once("data", () => child[name]!.destroy());
      else child[name]!.resume();
    }
    await livesOn(space, child);
    space.remove();
  });

  it.runIf(existsSync("/dev/full"))("for a disk that is full", async () => {
    const space = workspace();
    const full = openSync("/dev/full", "w");
    await livesOn(space, start(space, full, full));
    space.remove();
  });
});
