import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Program, runCli, startProgram, type Workspace, workspace } from "../helpers/program.ts";

/** Commands that write, or read in SQL, while a server has the tape open. */

let space: Workspace;
let env: Record<string, string>;
let program: Program;
beforeAll(async () => {
  space = workspace();
  env = { GPUTAPE_DB: space.db };
  program = await startProgram(["--no-collect"], env);
});
afterAll(async () => {
  await program.stop();
  space.remove();
});

const ask = async (...args: string[]) => {
  const ended = await runCli([...args, "--json"], env);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(ended.stdout).data;
};
const offersIn = async (): Promise<number> => (await (await fetch(`${program.url}/readyz`)).json()).offers;
const admin = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${program.url}/v1/admin/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

describe("beside a server", () => {
  test("a source is run by it, and its book has the offers at once", async () => {
    const [row] = await ask("collect", "list-prices");
    expect(row).toMatchObject({ source: "list-prices", status: "complete" });
    expect(await offersIn()).toBe(row.offers);
    const [again] = await ask("collect", "list-prices", "--replay");
    expect(again).toMatchObject({ source: "list-prices", pulls: 1, ticks: 0, failed: 0 });
  });

  test("a file is read by it", async () => {
    const file = space.file("mine.csv");
    writeFileSync(
      file,
      "observed_at,provider,instance_type,gpu_name,gpu_count,price_usd_hour\n2026-01-01T00:00:00Z,aws,p5.48xlarge,H100 SXM,8,55\n",
    );
    expect(await ask("import", file)).toMatchObject({ rows: 1, ticks: 1 });
    expect(await ask("import", file)).toMatchObject({ rows: 1, ticks: 0 });
    const missing = await runCli(["import", "nowhere.csv"], env);
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^not_found: FILE: there is no file/),
    });
  });

  test("a folder of CSV, JSON and Parquet is read by it as without it, and a dry run writes nothing", async () => {
    const folder = space.file("history");
    for (const day of ["dt=2026-01-01", "dt=2026-01-02"]) mkdirSync(join(folder, day), { recursive: true });
    const row = { timestamp: "2026-01-01T00:00:00Z", cloud: "aws", gpu_type: "L4", cost: 0.8, note: "x" };
    writeFileSync(
      join(folder, "dt=2026-01-01", "a.json"),
      JSON.stringify({ data: [row, { ...row, cost: "?" }] }),
    );
    writeFileSync(join(folder, "b.csv"), "timestamp,cloud,gpu_type,cost\n2030-01-01,aws,L4,0.7\n");
    writeFileSync(join(folder, "notes.md"), "");
    const engine = await (await DuckDBInstance.create(":memory:")).connect();
    await engine.run(
      `copy (select timestamp '2026-01-02' as timestamp, 'aws' as cloud, 'L4' as gpu_type, 0.9 as cost)
       to '${join(folder, "dt=2026-01-02", "c.parquet")}'`,
    );
    engine.closeSync();
    const alone = { GPUTAPE_DB: space.file("alone.duckdb") };
    const told = async (own: Record<string, string>, ...flags: string[]) => {
      const ended = await runCli(["import", folder, "--map", "cost=price_usd_hour", ...flags], own);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      return ended.stdout.replace(/[\d.]+ s$/m, "");
    };
    const before = await offersIn();
    const dry = await told(env, "--dry-run");
    expect(dry).toBe(await told(alone, "--dry-run"));
    expect(dry).toMatch(
      /4 rows = 2 kept \+ 2 rejects\nRejects: bad_price 1, future 1\n {2}bad_price: not a number/,
    );
    expect([await offersIn(), existsSync(alone.GPUTAPE_DB)]).toEqual([before, false]);
    const text = await told(env);
    expect(text).toBe(await told(alone));
    expect(text).toMatch(/2 ticks of 1 listings in 2 pulls/);
    expect(text).toMatch(/Not read: dt, note\nFiles of another kind: .*notes\.md/);
    expect(await offersIn()).toBe(before + 1);
    expect(await told(env)).toMatch(/0 ticks of 1 listings/);
    const wrong = await runCli(["import", folder, "--map", "price=price_usd_hour"], env);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^bad_input: --map: there is no column "price"/),
    });
  });

  test("SQL sees what it has written last", async () => {
    const { rows } = await ask(
      "sql",
      "select source, count(*)::integer as n from pulls group by source order by n",
    );
    expect(rows.length).toBeGreaterThanOrEqual(2);
    expect(await runCli(["sql", "drop table pulls"], env)).toMatchObject({ code: 2 });
  });

  test("a dry run needs no tape at all", async () => {
    const fresh = space.file("fresh");
    const ended = await runCli(["collect", "list-prices", "--dry-run"], {
      GPUTAPE_DB: join(fresh, "tape.duckdb"),
    });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(fresh)).toBe(false);
    await ask("collect", "list-prices", "--dry-run");
  });

  test("what commands may do takes its secret, which only the owner can read", async () => {
    expect(statSync(`${space.db}.server.json`).mode & 0o077).toBe(0);
    for (const [path, body] of [
      ["collect", { source: "list-prices" }],
      ["import", { file: "/etc/passwd" }],
      ["copy", { into: space.file("copy.duckdb") }],
    ] as const) {
      expect((await admin(path, body)).status, path).toBe(401);
      expect((await admin(path, body, { authorization: "Bearer guess" })).status, path).toBe(401);
    }
    expect(existsSync(space.file("copy.duckdb"))).toBe(false);
  });
});
