import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runSql } from "../../src/store/sandbox.ts";
import { openTape } from "../../src/store/tape.ts";
import { anOffer, aPull, t0 } from "../helpers/tape.ts";

let folder: string;
let path: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gputape-sandbox-"));
  path = join(folder, "tape.duckdb");
  writeFileSync(join(folder, "secret.csv"), "a,b\n1,2\n");
  const tape = await openTape(path, { clock: () => t0, describe: () => null });
  await tape.write(aPull(), [anOffer({ offerId: "a" }), anOffer({ offerId: "b", usdPerGpuHour: 3 })]);
  await tape.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

const limits = { rows: 100, seconds: 30, memory: "200MB" };
const ask = (query: string, changes = {}) => runSql(path, query, { ...limits, ...changes });

describe("runSql", () => {
  it("answers questions about the tape in UTC", async () => {
    expect(
      await ask("select offer_id, usd_per_gpu_hour as usd, changed_at from offers order by offer_id"),
    ).toEqual({
      columns: ["offer_id", "usd", "changed_at"],
      rows: [
        { offer_id: "a", usd: 2, changed_at: "2026-01-01 00:00:00" },
        { offer_id: "b", usd: 3, changed_at: "2026-01-01 00:00:00" },
      ],
      truncated: false,
    });
  });

  it("tells columns of one name apart and keeps null", async () => {
    const { columns, rows } = await ask("select 1 as a, 2 as a, null as b");
    expect(new Set(columns).size).toBe(3);
    expect(Object.values(rows[0]!)).toEqual([1, 2, null]);
  });

  it.each([
    "insert into rejects values (1, 'r', '')",
    "update ticks set usd_per_gpu_hour = 0",
    "delete from pulls",
    "drop table ticks",
    "create table mine (a integer)",
    "alter table ticks rename to tocks",
    "checkpoint; drop table ticks",
    "select 1; delete from pulls",
  ])("writes nothing: %s", async (query) => {
    await ask(query).then(
      () => undefined,
      (error: unknown) => expect(error).toMatchObject({ code: "bad_input" }),
    );
    expect((await ask("select count(*)::integer as n from ticks where usd_per_gpu_hour > 0")).rows).toEqual([
      { n: 2 },
    ]);
    expect((await ask("select count(*)::integer as n from pulls")).rows).toEqual([{ n: 1 }]);
  });

  it("reads and writes no file and reaches no network", async () => {
    const file = join(folder, "secret.csv");
    for (const query of [
      `select * from read_csv('${file}')`,
      `select * from '${file}'`,
      `select * from read_text('${file}')`,
      `select * from glob('${folder}/*')`,
      `copy (select 1) to '${folder}/out.csv'`,
      `export database '${folder}/out'`,
      `attach '${folder}/other.duckdb' as other`,
      `select * from 'https://127.0.0.1:1/x.parquet'`,
      "install httpfs",
      "load httpfs",
    ])
      await expect(ask(query), query).rejects.toMatchObject({ code: "bad_input" });
    expect(existsSync(join(folder, "out.csv"))).toBe(false);
    expect(existsSync(join(folder, "other.duckdb"))).toBe(false);
  });

  it("changes no setting", async () => {
    for (const query of [
      "set enable_external_access = true",
      "set lock_configuration = false",
      "set memory_limit = '10GB'",
      "set threads = 64",
      "reset memory_limit",
      "pragma enable_external_access",
    ])
      await expect(ask(query), query).rejects.toMatchObject({ code: "bad_input" });
  });

  it("gives so many rows and says that there are more", async () => {
    const three = await ask("select unnest(range(5)) as n", { rows: 3 });
    expect([three.rows.length, three.truncated]).toEqual([3, true]);
    const all = await ask("select unnest(range(5)) as n", { rows: 5 });
    expect([all.rows.length, all.truncated]).toEqual([5, false]);
    expect((await ask("select 1 as n where false")).rows).toEqual([]);
    expect((await ask("select range as n from range(100000000000)", { rows: 1 })).truncated).toBe(true);
  });

  it("stops what takes too long", async () => {
    const endless =
      "select count(*) from range(1000000000) a, range(1000000000) b where a.range * b.range % 7 = 3";
    await expect(ask(endless, { seconds: 0.05 })).rejects.toMatchObject({ code: "impossible" });
  });

  it("takes any time it is given", async () => {
    for (const seconds of [1e9, Number.POSITIVE_INFINITY])
      expect((await ask("select count(*)::integer as n from range(20000000)", { seconds })).rows).toEqual([
        { n: 20_000_000 },
      ]);
  });

  it("stops what takes too much memory", async () => {
    const large = "select count(*) from (select distinct range || repeat('x', 200) from range(20000000))";
    await expect(ask(large, { memory: "20MB" })).rejects.toMatchObject({ code: "bad_input" });
  });

  it("gives the engine's own words on a wrong question", async () => {
    await expect(ask("select nonsense from ticks")).rejects.toMatchObject({
      code: "bad_input",
      message: expect.stringMatching(/QUERY: .*nonsense/),
    });
    await expect(ask("")).rejects.toMatchObject({ code: "bad_input" });
  });

  it("needs a tape", async () => {
    await expect(runSql(join(folder, "none.duckdb"), "select 1", limits)).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
