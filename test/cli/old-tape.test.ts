import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCommands } from "../../src/cli/reads/index.ts";
import { runRead } from "../../src/cli/run-read.ts";
import { status } from "../../src/cli/status.ts";
import { type Config, readConfig } from "../../src/config.ts";
import { publishIndex } from "../../src/series/index-record.ts";
import { everyGpu } from "../../src/series/studied-gpus.ts";
import { openDatabase, rows } from "../../src/store/database.ts";
import { openMarket, present } from "../helpers/market.ts";
import { copyAsOld } from "../helpers/old-tape.ts";

let folder: string;
let old: Config;
let migrated: Config;
let bytes: Buffer;
const clock = () => present;
const configOf = (name: string): Config =>
  readConfig({ GPUTAPE_DB: join(folder, name), GPUTAPE_LOG_LEVEL: "silent" });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gputape-old-"));
  [old, migrated] = [configOf("old.duckdb"), configOf("migrated.duckdb")];
  const market = await openMarket();
  await publishIndex(market.context, everyGpu(market.context.reference.gpus), present);
  await copyAsOld(market.tape.database, old.db);
  await market.close();
  bytes = readFileSync(old.db);
  copyFileSync(old.db, migrated.db);
  await (await openDatabase(migrated.db)).close();
});
afterAll(() => rmSync(folder, { recursive: true }));

const gpu = "h100-sxm";
const hours = { from: "2026-08-07T07:00:00Z", to: "2026-08-07T11:00:00Z" };

describe("a tape that an older program made, only read", () => {
  it.each<[string, Record<string, unknown>]>([
    ["offers", { gpu }],
    ["providers", {}],
    ["index", { gpu, from: "2026-08-07T08:00:00Z", interval: "1h" }],
    ["settlement", { gpu, ...hours }],
    ["verify index", {}],
    ["quote", { gpu, gpus: "8", hours: "1" }],
  ])("answers %s as one that was brought up to date", async (name, options) => {
    const command = readCommands.find((each) => `${each.group ?? ""} ${each.name}`.trim() === name)!;
    const [before, after] = [
      await runRead(command, options, old, clock),
      await runRead(command, options, migrated, clock),
    ];
    const own = { quote_id: null };
    expect({ ...(before.data as object), ...own }).toEqual({ ...(after.data as object), ...own });
    expect(command.text(before)).not.toMatch(/undefined|NaN|\[object/);
  });

  it("tells what is in it", async () => {
    const { data } = await status(old, clock);
    expect(data).toMatchObject({ exists: true, offers: (await status(migrated, clock)).data.offers });
    expect(Number(data.offers)).toBeGreaterThan(10);
    const database = await openDatabase(old.db, { readOnly: true });
    const [counts] = await rows(
      database.reader,
      `select (select count(*)::integer from index_values where hash is not null) as linked,
         (select count(*)::integer from pulls where expires_at is null) as endless,
         (select count(*)::integer from offers) as offers`,
    );
    expect(counts).toMatchObject({ endless: 0 });
    expect(counts!.linked).toBeGreaterThan(0);
    expect(counts!.offers).toBeGreaterThan(10);
    await database.close();
  });

  it("is as it was", () => {
    expect(readFileSync(old.db).equals(bytes)).toBe(true);
    expect(existsSync(`${old.db}.wal`)).toBe(false);
  });
});
