import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ImportResult } from "../../src/store/import-file.ts";
import { type Importer, openImporter } from "../helpers/import.ts";

const file = fileURLToPath(new URL("../../../shared/data/aws_spot_7h.parquet", import.meta.url));
const there = existsSync(file);
if (!there) process.stderr.write("skipped: aws_spot_7h.parquet is not beside the project\n");

/** Two and a half million rows of real history; the counts are those of the contract. The benchmark reads them twice. */
describe.skipIf(!there)("aws_spot_7h", () => {
  let to: Importer;
  let first: ImportResult;
  beforeAll(async () => {
    to = await openImporter();
    first = await to.file(file);
  }, 120_000);
  afterAll(() => to?.close());

  it("gives the ticks of the contract", async () => {
    expect(first).toMatchObject({ rows: 2_476_079, ticks: 1_158_987, rejects: 0 });
    const [count] = await to.query(
      `with stepped as (
         select *, row_number() over past as n, lag(state) over past as was, lag(usd_per_gpu_hour) over past as was_usd,
           max(usd_per_gpu_hour) over (past rows between unbounded preceding and 1 preceding) as ever,
           last_value(usd_per_gpu_hour ignore nulls) over (past rows between unbounded preceding and 1 preceding) as last_usd
         from ticks window past as (partition by listing_no order by observed_at, recorded_at)
       )
       select count(*) filter (n = 1)::integer as first_sights,
         count(*) filter (state = 'unknown')::integer as unknown,
         count(*) filter (n > 1 and state = 'live' and usd_per_gpu_hour = last_usd)::integer as returns_alike,
         count(*) filter (n > 1 and state = 'live' and usd_per_gpu_hour <> last_usd)::integer as price_changes,
         count(*) filter (state = 'delisted')::integer as delisted
       from stepped`,
    );
    expect(count).toEqual({
      first_sights: 2921,
      unknown: 506,
      returns_alike: 28,
      price_changes: 1_155_532,
      delisted: 0,
    });
  });

  it("names every listing once and knows every card", async () => {
    const [count] = await to.query(
      "select count(*)::integer as n, count(distinct listing_id)::integer as ids, count(distinct key)::integer as keys from listings",
    );
    expect(count).toEqual({ n: 2921, ids: 2921, keys: 2921 });
    expect(first.unknown_gpus).toBe(0);
  });
});
