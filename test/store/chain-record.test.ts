import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase, rows } from "../../src/store/database.ts";
import { readIndexValues } from "../../src/store/read-index-record.ts";
import { readRecordEnd } from "../../src/store/read-record-chain.ts";
import { recordHash } from "../../src/store/record-chain.ts";
import { makeOldTape } from "../helpers/old-tape.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gputape-chain-"));
  path = join(folder, "tape.duckdb");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A tape as the program left it before records were linked, with so many hours of three GPUs in its record. */
const writeOldTape = (hours: number): Promise<void> =>
  makeOldTape(
    path,
    `insert into index_values
     select gpu, 'on_demand', 'weighted_median', hour, 'provisional', 2 + random(), 1.9, null, null, 3, 8, 8, 0.34, 0.35,
       '{"gate":1}'::json, 'weighted_median/1', sha256(gpu || hour), hour + interval 5 minute
     from (select timestamp '2026-05-01' + interval 1 hour * unnest(range(${hours})) as hour),
       (select unnest(['h100', 'a100', 'l40s']) as gpu) order by random()`,
  );

describe("a tape whose record was written before records were linked", () => {
  it("is linked when it is opened, in the order of publication, and otherwise as it was", async () => {
    await writeOldTape(3);
    const database = await openDatabase(path);
    const found = await readIndexValues(database, {});
    const linked = found.toSorted((a, b) => a.seq - b.seq);
    expect(linked.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(linked.map(({ gpu, at }) => `${new Date(at).getUTCHours()} ${gpu}`)).toEqual(
      [0, 1, 2].flatMap((hour) => ["a100", "h100", "l40s"].map((gpu) => `${hour} ${gpu}`)),
    );
    for (const [i, record] of linked.entries()) {
      expect(record).toMatchObject({ methodology: "weighted_median/1", high: null, excluded: '{"gate":1}' });
      expect(record.previous).toBe(linked[i - 1]?.hash ?? null);
      expect(record.hash).toBe(recordHash(record));
    }
    const { last, noted } = await readRecordEnd(database);
    expect(last).toEqual({ seq: 9, hash: linked[8]!.hash });
    expect(noted).toEqual(last);
    await database.close();
    const again = await openDatabase(path);
    expect(await readIndexValues(again, {})).toEqual(found);
    await again.close();
  });

  it("is linked over more records than are read at once", async () => {
    await writeOldTape(7000);
    const database = await openDatabase(path);
    const [counts] = await rows(
      database.reader,
      `select count(*)::integer as n, count(distinct hash)::integer as hashes,
         count(*) filter (where previous is distinct from before)::integer as broken
       from (select *, lag(hash) over (order by seq) as before from index_values)`,
    );
    expect(counts).toEqual({ n: 21_000, hashes: 21_000, broken: 0 });
    expect((await readRecordEnd(database)).noted?.seq).toBe(21_000);
    await database.close();
  });

  it("stays empty where nothing was published", async () => {
    await writeOldTape(0);
    const database = await openDatabase(path);
    expect(await readRecordEnd(database)).toEqual({ last: null, noted: null });
    await database.close();
  });
});
