import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { linesTo, linesToFile } from "../src/log.ts";
import { lineForPeople } from "../src/log-line.ts";

/** A stream whose writes end when and how the test says. */
const reader = () => {
  const read: string[] = [];
  const state = { fails: false, holds: false };
  const stream = new Writable({
    autoDestroy: false,
    decodeStrings: false,
    write: (text, _encoding, done) => {
      const end = () => {
        if (state.fails) return done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
        read.push(String(text));
        done();
      };
      if (!state.holds) end();
    },
  });
  return { stream, state, read };
};

describe("lines to a reader", () => {
  it("are written one by one", () => {
    const { stream, read } = reader();
    const lines = linesTo(stream);
    lines.write("a\n");
    lines.write("b\n");
    expect(read).toEqual(["a\n", "b\n"]);
  });

  it("that went away cost nothing more", async () => {
    const { stream, state, read } = reader();
    const lines = linesTo(stream);
    state.fails = true;
    lines.write("a\n");
    await new Promise(setImmediate);
    for (let n = 0; n < 100; n++) lines.write("b\n");
    expect([read, stream.writableLength]).toEqual([[], 0]);
  });

  it("that does not read are lost beyond what may wait, and memory stays bounded", () => {
    const { stream, state } = reader();
    state.holds = true;
    const lines = linesTo(stream);
    for (let n = 0; n < 5000; n++) lines.write(`${"x".repeat(999)}\n`);
    expect(stream.writableLength).toBeLessThan(1_100_000);
  });
});

describe("lines to a file", () => {
  it.runIf(existsSync("/dev/full"))("are lost while its disk is full", () => {
    const full = openSync("/dev/full", "w");
    expect(() => linesToFile(full).write("a\n")).not.toThrow();
    closeSync(full);
  });

  it("are kept one by one", () => {
    const folder = mkdtempSync(join(tmpdir(), "gputape-log-"));
    const file = openSync(join(folder, "log"), "w");
    for (const line of ["a\n", "b\n"]) linesToFile(file).write(line);
    expect(readFileSync(join(folder, "log"), "utf8")).toBe("a\nb\n");
    closeSync(file);
    rmSync(folder, { recursive: true });
  });
});

describe("a line for people", () => {
  it("has the time of day, the level where it matters, what happened and its fields", () => {
    const line = {
      level: 40,
      time: "2026-08-07T12:34:56.789Z",
      source: "vast",
      note: null,
      offers: 3,
      msg: "pull",
    };
    expect(lineForPeople(`${JSON.stringify(line)}\n`)).toBe("12:34:56  warn  pull  source vast  offers 3\n");
    expect(lineForPeople(`${JSON.stringify({ ...line, level: 30 })}\n`)).toBe(
      "12:34:56  pull  source vast  offers 3\n",
    );
  });

  it("ends with the error that was logged", () => {
    const line = {
      level: 50,
      time: "2026-08-07T12:34:56.789Z",
      err: { message: "m", stack: "Error: m\n  at f" },
      msg: "failed",
    };
    expect(lineForPeople(JSON.stringify(line))).toBe("12:34:56  ERROR  failed  Error: m\n  at f\n");
  });

  it.each(["not JSON\n", "null\n", "3\n"])("is %j as it is where it is none of the log", (text) => {
    expect(lineForPeople(text)).toBe(text);
  });
});
