import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { eachChunk, openDatabase, rows, transaction, translate } from "../../src/store/database.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gputape-database-"));
  path = join(folder, "tape.duckdb");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Another process that holds the file until its input ends. */
const holder = async (file: string): Promise<{ pid: number; release: () => Promise<void> }> => {
  const code = `
    const { DuckDBInstance } = await import("@duckdb/node-api");
    await DuckDBInstance.create(process.argv[1]);
    process.stdout.write("open");
    process.stdin.resume().on("end", () => process.exit(0));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code, file], {
    cwd: process.cwd(),
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return {
    pid: child.pid!,
    release: async () => {
      child.stdin.end();
      await once(child, "exit");
    },
  };
};

describe("openDatabase", () => {
  it("names the process that has the tape", async () => {
    const other = await holder(path);
    for (const readOnly of [false, true]) {
      const error = await openDatabase(path, { readOnly }).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: "database_locked", details: { pid: other.pid } });
      expect((error as AppError).message).toContain(`process ${other.pid}`);
    }
    await other.release();
    await (await openDatabase(path)).close();
  });

  it("makes folders, applies the migrations once and keeps what is written", async () => {
    const deep = join(folder, "a", "b", "tape.duckdb");
    const first = await openDatabase(deep);
    await first.writer.run("insert into rejects values (1, 'r', 'raw')");
    const applied = await rows(first.reader, "select name from migrations order by name");
    expect(applied.map(({ name }) => name)).toContain("001-tape.sql");
    await first.close();
    const second = await openDatabase(deep);
    expect(await rows(second.reader, "select name from migrations order by name")).toEqual(applied);
    expect(await rows(second.reader, "select * from rejects")).toEqual([
      { pull_no: 1, reason: "r", raw: "raw" },
    ]);
    await second.close();
  });

  it("shares one engine between two openings of one process", async () => {
    const [first, second] = [await openDatabase(path), await openDatabase(path)];
    await first.writer.run("insert into rejects values (1, 'first', '')");
    await second.writer.run("insert into rejects values (2, 'second', '')");
    const all = "select reason from rejects order by pull_no";
    expect(await rows(first.reader, all)).toEqual([{ reason: "first" }, { reason: "second" }]);
    await first.close();
    expect(await rows(second.reader, all)).toHaveLength(2);
    await second.close();
    const third = await openDatabase(path);
    expect(await rows(third.reader, all)).toHaveLength(2);
    await third.close();
  });

  it("does not write when it is to read only", async () => {
    await (await openDatabase(path)).close();
    const database = await openDatabase(path, { readOnly: true });
    expect(database.readOnly).toBe(true);
    await expect(database.writer.run("insert into rejects values (1, 'r', '')")).rejects.toThrow(
      /read-only/i,
    );
    await database.close();
  });

  it("says what is wrong with a path", async () => {
    const missing = join(folder, "none.duckdb");
    await expect(openDatabase(missing, { readOnly: true })).rejects.toMatchObject({ code: "not_found" });
    writeFileSync(path, "this is no database, but it is long enough to look like one ".repeat(300));
    await expect(openDatabase(path)).rejects.toMatchObject({
      code: "bad_input",
      message: expect.stringContaining("is not a gputape tape"),
    });
    await expect(openDatabase(folder)).rejects.toMatchObject({ code: "bad_input" });
    await expect(openDatabase(join(path, "under-a-file", "tape.duckdb"))).rejects.toMatchObject({
      code: "bad_input",
      message: expect.stringContaining("cannot make the folder"),
    });
  });

  it("reads and writes UTC, and reaches for no extension", async () => {
    const database = await openDatabase(":memory:");
    const [row] = await rows(database.reader, "select timestamptz '2026-01-01 00:00:00+00'::varchar as t");
    expect(row!.t).toBe("2026-01-01 00:00:00+00");
    await expect(database.reader.run("select * from 'https://127.0.0.1:1/x.parquet'")).rejects.toThrow();
    await database.close();
  });
});

describe("translate", () => {
  const of = (message: string) => translate(new Error(message), "tape.duckdb");

  it.each([
    [
      "IO Error: Could not set lock on file: Conflicting lock is held in node (PID 42) by user x",
      "database_locked",
    ],
    ["IO Error: Could not set lock on file", "database_locked"],
    ["IO Error: Could not write file: No space left on device", "disk_full"],
    ["IO Error: The file exists, but it is not a valid DuckDB database file!", "bad_input"],
    ["Serialization Error: Failed to deserialize", "bad_input"],
  ])("%s", (message, code) => {
    expect(of(message)).toMatchObject({ code, message: expect.stringContaining("tape.duckdb") });
  });

  it("finds the process, or says that there is one", () => {
    expect((of("Conflicting lock is held (PID 42)") as AppError).details).toEqual({ pid: 42 });
    expect((of("could not set lock") as AppError).message).toContain("another process");
  });

  it("leaves alone what it does not know and what is known already", () => {
    const other = new Error("Binder Error: no such column");
    const known = new AppError("conflict", "conflicting lock");
    expect(translate(other, "x")).toBe(other);
    expect(translate(known, "x")).toBe(known);
    expect(translate("text", "x")).toBe("text");
  });
});

describe("jobs", () => {
  it("run one after the other, failed ones too", async () => {
    const database = await openDatabase(":memory:");
    const log: string[] = [];
    const job = (name: string, fails = false) =>
      database.exclusive(async () => {
        log.push(`${name} begins`);
        await database.writer.run("select 1");
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const all = await Promise.allSettled([job("a"), job("b", true), job("c")]);
    expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(log).toEqual(["a", "b", "c"].flatMap((name) => [`${name} begins`, `${name} ends`]));
    await database.close();
  });

  it("keep all of a transaction or nothing", async () => {
    const database = await openDatabase(":memory:");
    const insert = () => database.writer.run("insert into rejects values (1, 'r', '')");
    const count = async () =>
      (await rows(database.reader, "select count(*)::integer as n from rejects"))[0]!.n;
    await expect(
      transaction(database.writer, async () => {
        await insert();
        await database.writer.run("select nonsense");
      }),
    ).rejects.toThrow(/nonsense/);
    expect(await count()).toBe(0);
    await transaction(database.writer, insert);
    expect(await count()).toBe(1);
    await database.close();
  });

  it("read many rows in parts", async () => {
    const database = await openDatabase(":memory:");
    const sizes: number[] = [];
    let sum = 0;
    await eachChunk(
      database.reader,
      "select unnest(range(10000))::integer as n",
      undefined,
      ([column], count) => {
        sizes.push(count);
        for (const n of column!) sum += n as number;
      },
    );
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(10_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2048);
    expect(sum).toBe((9999 * 10_000) / 2);
    await database.close();
  });
});
