import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatInstant, hour } from "../../src/domain/time.ts";
import { readBuckets } from "../../src/store/read-history.ts";
import { type Importer, openImporter } from "../helpers/import.ts";
import { sharedData } from "../helpers/shared-data.ts";

let to: Importer;
beforeEach(async () => {
  to = await openImporter();
});
afterEach(() => to.close());

const file = sharedData("three_venues_hourly.parquet");

describe.skipIf(file === null)("Lambda H100 of May 2026 (skipped where the data is absent)", () => {
  it("has no price at which nothing could be had", async () => {
    await to.file(file!, { perGpu: true });
    const listings = to.tape.catalog.byNo
      .filter(({ offer }) => offer.provider === "lambda" && offer.gpu.startsWith("h100"))
      .filter(({ offer }) => offer.purchase === "on_demand")
      .map(({ listingNo }) => listingNo);
    const [first, end] = [Date.UTC(2026, 4, 1), Date.UTC(2026, 4, 31, 23)];
    const span = { listings, from: first, first, to: end, step: hour, asOf: Date.UTC(9000, 0, 1) };
    const shown = await readBuckets(to.tape.database, span);
    const asked = await readBuckets(to.tape.database, { ...span, asAsked: true });
    const open = await to.query(
      `with hours as (
         select unnest(range('${formatInstant(first)}'::timestamp, '${formatInstant(end + 1)}'::timestamp, interval 1 hour)) as hour
       ), rows as (
         select observed_at::timestamp as "at", price_usd_hour as usd, available_count as free
         from '${file}' where provider ilike 'lambda' and gpu_name ilike '%h100%'
       ), pulls as (select distinct rows.at from rows)
       select hours.hour, min(usd) filter (free is distinct from 0) as usd
       from hours asof join pulls on hours.hour >= pulls.at join rows on rows.at = pulls.at
       group by hours.hour order by hours.hour`,
    );
    expect(shown.map(({ min }) => min)).toEqual(open.map(({ usd }) => usd));
    const moved = shown.filter(({ min }, i) => min === 4.19 && asked[i]!.min === 3.29);
    expect(moved.length).toBeGreaterThan(100);
  });
});
