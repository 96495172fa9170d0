import { type ArchivePrice, archiveDoubts, type DoubtedPrices } from "../domain/archive-doubts.ts";
import { jumpFactor, leastSpotShare, leastTierShare, nearFactor } from "../domain/plausibility.ts";
import { type StageColumn, stageRows } from "./append-rows.ts";
import { eachChunk, rows } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";

/** Prices of each listing that are inside their band. */
const spans = `
create or replace temp table doubt_span as
select shown.*, stage_pulls.t as first_t
from (
  select listing_no, min(usd) as low, max(usd) as high, min(ord) as ord from stage_obs where flags = '' group by listing_no
) as shown join stage_pulls using (ord)`;

/** Listings whose prices differ so much that one may be a jump or an outlier, and the last price ahead of the file. */
const movers = `
create or replace temp table doubt_mover as
with ahead as (
  select ticks.listing_no, arg_max(usd_per_gpu_hour, (observed_at, recorded_at)) as usd
  from ticks join doubt_span using (listing_no)
  where ticks.observed_at < first_t and ticks.state = 'live' and ticks.flags = '' group by ticks.listing_no
)
select listing_no, ahead.usd as before from doubt_span left join ahead using (listing_no)
where greatest(high, ahead.usd) >= ${jumpFactor} * least(low, ahead.usd) * (1 - 1e-9)`;

const readMovers = `
select listing_no, ord, epoch_ms(t)::double as t, usd, before
from stage_obs join doubt_mover using (listing_no) join stage_pulls using (ord)
where stage_obs.flags = '' order by listing_no, t, ord`;

interface Flagged {
  readonly listingNo: number;
  readonly ord: number;
  readonly flags: string;
}

const flaggedColumns: readonly StageColumn<Flagged>[] = [
  { name: "listing_no", type: "integer", of: (row) => row.listingNo },
  { name: "ord", type: "integer", of: (row) => row.ord },
  { name: "flags", type: "varchar", of: (row) => row.flags },
];

interface Mover {
  readonly listingNo: number;
  readonly before: number | null;
  readonly prices: ArchivePrice[];
}

const moversOf = async (connection: DuckDBConnection): Promise<Mover[]> => {
  await connection.run(spans);
  await connection.run(movers);
  const found: Mover[] = [];
  await eachChunk(connection, readMovers, undefined, ([numbers, ords, times, prices, before], size) => {
    for (let i = 0; i < size; i++) {
      const listingNo = numbers![i] as number;
      if (found.at(-1)?.listingNo !== listingNo)
        found.push({ listingNo, before: before![i] as number | null, prices: [] });
      found.at(-1)!.prices.push({
        ord: ords![i] as number,
        at: times![i] as number,
        usdPerGpuHour: prices![i] as number,
      });
    }
  });
  return found;
};

/**
 * What was shown of listings within a day and a half up to the pull of a price: `sought` gives listing_no, ord and the listing
 * to look at, other_no. It comes first, for staged rows have no statistics by which the engine could choose an order.
 */
const shownThen = (sought: string): string => `
with sought as materialized (select sought.*, t from (${sought}) as sought join stage_pulls using (ord))
select sought.*, other.usd as other_usd from sought
join stage_obs as other on other.listing_no = sought.other_no and other.flags = ''
join stage_pulls as then_ on then_.ord = other.ord
where then_.t <= sought.t and then_.t >= sought.t - interval 36 hour`;

/** What other providers asked for the GPU and purchase. */
const othersThen = `
select listing_no, ord, median(other_usd) as usd from (${shownThen(`
  select asked.listing_no, asked.ord, theirs.listing_no as other_no from doubt_asked as asked
  join listings as mine on mine.listing_no = asked.listing_no
  join listings as theirs on theirs.gpu = mine.gpu and theirs.purchase = mine.purchase
    and theirs.provider <> mine.provider and theirs.flags = ''`)})
group by all`;

/** Jumps and outliers that no other provider of the file bears out. */
const moves = async (connection: DuckDBConnection): Promise<Flagged[]> => {
  const found = await moversOf(connection);
  const doubted = (othersOf?: (listingNo: number, ord: number) => number | null) =>
    found.flatMap(({ listingNo, before, prices }) =>
      archiveDoubts(prices, before, othersOf && (({ ord }) => othersOf(listingNo, ord))).map((each) => ({
        listingNo,
        ...each,
      })),
    );
  const alone = doubted();
  if (alone.length === 0) return [];
  const starts = alone.map(({ listingNo, prices: [{ ord }] }) => ({ listingNo, ord, flags: "" }));
  await stageRows(connection, "doubt_asked", flaggedColumns, starts);
  const asked = await rows(connection, othersThen);
  const levels = new Map(asked.map((row) => [`${row.listing_no}|${row.ord}`, row.usd as number]));
  return doubted((listingNo, ord) => levels.get(`${listingNo}|${ord}`) ?? null).flatMap(flaggedOf);
};

const flaggedOf = ({ listingNo, prices, flags }: DoubtedPrices & { listingNo: number }): Flagged[] =>
  prices.map(({ ord }) => ({ listingNo, ord, flags: flags.join(",") }));

/** Spot prices beside those on demand of the same pull, GPU and place (or machine), of listings that can be odd at all. */
const spotRatios = `
with placed as (
  select listing_no, low, high, purchase, [provider, gpu, coalesce(machine_id, ''), if(machine_id is null, coalesce(region, ''), '')] as place
  from doubt_span join listings using (listing_no) where listings.flags = '' and purchase in ('spot', 'on_demand')
), suspects as (
  select spot.listing_no, spot.place from placed as spot
  join (select place, max(low) as low, min(high) as high from placed where purchase = 'on_demand' group by place) as demand using (place)
  where spot.purchase = 'spot' and (spot.high > demand.low or spot.low < demand.high * ${leastSpotShare})
), beside as (
  select ord, place, min(usd) as low, max(usd) as high
  from stage_obs join placed using (listing_no)
  where purchase = 'on_demand' and flags = '' and place in (select place from suspects) group by ord, place
)
select listing_no, ord from stage_obs join suspects using (listing_no) join beside using (ord, place)
where stage_obs.flags = '' and (usd > beside.high * (1 + 1e-9) or usd < beside.low * ${leastSpotShare})`;

const countTiered = `
select count(*) as n from doubt_span join listings using (listing_no)
where tier is not null or (machine_id is null and offer_id like '%/%')`;

/**
 * Prices below half of the same provider's other tier, or, where a file tells no tier but numbers its rows, of the least thing
 * that it shows beside it; borne out by nobody within a day and a half.
 */
const tierRatios = `
with tiered as (
  select listing_no, provider, upstream, gpu, purchase, coalesce(tier, listing_no::varchar) as tier,
    [provider, gpu, purchase, if(tier is null, concat_ws('|', gpu_count, region, zone), '')] as cell
  from listings
  where flags = '' and purchase <> 'reserved' and (tier is not null or (machine_id is null and offer_id like '%/%'))
), asks as (
  select ord, cell, tier, min(usd) as usd
  from stage_obs join tiered using (listing_no) where stage_obs.flags = '' group by all
), low as (
  select obs.listing_no, obs.ord, obs.usd, any_value(tiered.provider) as provider, any_value(tiered.gpu) as gpu,
    any_value(tiered.purchase) as purchase
  from stage_obs as obs join tiered using (listing_no)
  join asks on asks.ord = obs.ord and asks.cell = tiered.cell and asks.tier <> tiered.tier
  where obs.flags = '' group by obs.listing_no, obs.ord, obs.usd
  having obs.usd < min(asks.usd) * ${leastTierShare} * (1 - 1e-9)
), borne_out as (
  select distinct listing_no, ord from (${shownThen(`
    select low.listing_no, low.ord, low.usd, theirs.listing_no as other_no from low
    join listings as theirs on theirs.gpu = low.gpu and theirs.purchase = low.purchase and theirs.flags = ''
      and theirs.provider <> low.provider and theirs.upstream is distinct from low.provider`)})
  where other_usd <= usd * ${nearFactor}
)
select listing_no, ord from low anti join borne_out using (listing_no, ord)`;

/** A doubt holds as long as the price does: it begins and ends where the price changes. */
const wholeRuns = (flag: string, query: string): string => `
with odd as (${query}), runs as (
  select listing_no, ord, usd, sum(starts) over (partition by listing_no order by t, ord) as run_no, t
  from (
    select listing_no, ord, usd, t,
      (usd is distinct from lag(usd) over (partition by listing_no order by t, ord))::integer as starts
    from stage_obs join stage_pulls using (ord) where listing_no in (select listing_no from odd)
  )
)
insert into doubt_flag
select runs.listing_no, runs.ord, '${flag}' from runs
semi join (select distinct listing_no, run_no from runs join odd using (listing_no, ord)) using (listing_no, run_no)`;

/** In the order in which a live pull has them. */
const order = "['price_band', 'spot_ratio', 'tier_ratio', 'price_jump', 'price_outlier']";

const write = `
update stage_obs set flags = found.flags
from (
  select listing_no, ord, array_to_string(list_filter(${order}, lambda f: list_contains(flags, f)), ',') as flags
  from (
    select listing_no, ord, list(flag) as flags from (
      select listing_no, ord, unnest(string_split(flags, ',')) as flag from doubt_flag
      union all
      select listing_no, ord, unnest(string_split(stage_obs.flags, ',')) from stage_obs semi join doubt_flag using (listing_no, ord)
    ) group by all
  )
) as found
where found.listing_no = stage_obs.listing_no and found.ord = stage_obs.ord`;

/**
 * Flags staged prices of an archive (stage_obs, stage_pulls; their listings must be written) as a live pull would:
 * spot_ratio, tier_ratio, price_jump and price_outlier beside the price_band that is there. What it compares with is in
 * the file, and before it the listing's own last price on the tape, so that a second import finds the same.
 */
export const doubtArchive = async (connection: DuckDBConnection): Promise<void> => {
  await stageRows(connection, "doubt_flag", flaggedColumns, await moves(connection));
  await connection.run(wholeRuns("spot_ratio", spotRatios));
  const [tiered] = await rows(connection, countTiered);
  if (Number(tiered!.n) > 0) await connection.run(wholeRuns("tier_ratio", tierRatios));
  const [found] = await rows(connection, "select count(*) as n from doubt_flag");
  if (Number(found!.n) > 0) await connection.run(write);
  for (const table of ["doubt_span", "doubt_mover", "doubt_asked", "doubt_flag"])
    await connection.run(`drop table if exists ${table}`);
};
