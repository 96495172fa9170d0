import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { announce, findRunning, withdraw } from "../../src/cli/running.ts";

let folder: string;
let db: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gputape-running-"));
  db = join(folder, "tape.duckdb");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the file of a running server", () => {
  it("is found while the server lives, and gone when it withdraws", () => {
    expect(findRunning(db)).toBeNull();
    const running = { pid: process.pid, url: "http://127.0.0.1:1234" };
    announce(db, running);
    expect(findRunning(db)).toEqual(running);
    expect(findRunning(join(folder, "other.duckdb"))).toBeNull();
    withdraw(db);
    expect(findRunning(db)).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
    withdraw(db);
  });

  it("of a server that died says nothing", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    announce(db, { pid, url: "http://127.0.0.1:1234" });
    expect(existsSync(db)).toBe(false);
    expect(findRunning(db)).toBeNull();
  });

  it.each(["", "{", "null", '"text"', "{}", '{"pid":"x"}'])("holding %j is as good as none", (text) => {
    writeFileSync(`${db}.server.json`, text);
    expect(findRunning(db)).toBeNull();
  });
});
