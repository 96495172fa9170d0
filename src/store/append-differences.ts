import { rows } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";

/*
 * The one way ticks are written, whatever their origin. The caller stages
 *   stage_pulls(ord, pull_no, source, t, recorded, blind_all, yields)
 *     ord counts pulls, in time order within a source; yields: what it does not show stands where another pull of
 *     that time had shown it
 *   stage_blind(ord, scope)                                    scopes the pull could not see whole
 *   stage_held(ord, listing_no)                                listings whose absence from a pull proves nothing; may be absent
 *   stage_obs(listing_no, ord, usd, raw, avail, flags)        flags: doubts about the price, '' for none
 *   stage_fx(listing_no, ord, fx_rate, fx_date)                only observations that were not in USD
 * in temporary tables; what differs from the tape becomes rows of ticks. Where an earlier time is restated, the
 * next pull that had confirmed the old value keeps saying so (`heal`), for it was never written as a tick. A pull may
 * show listings of another source (a correction in a file of its own); whether these are missing or confirmed is for
 * the pulls of their own source to say.
 */

/** Sources whose listings are touched, over the time of all staged pulls. */
const spans = `
create or replace temp table span as
with bounds as (
  select min(t) as first_t, max(t) as last_t from stage_pulls
), touched as (
  select source from stage_pulls
  union
  select source from listings where listing_no in (select listing_no from stage_obs)
)
select touched.source, first_t, last_t,
  max(pulls.observed_at) as known_until,
  coalesce(min(pulls.observed_at) filter (pulls.observed_at > last_t), last_t) as window_end
from touched cross join bounds
left join pulls on pulls.source = touched.source and pulls.status not in ('failed', 'empty')
group by touched.source, first_t, last_t`;

/** What the tape says of the sources' listings, from the last tick before the first staged pull to the window's end. */
const existing = `
create or replace temp table existing as
with mine as (
  select listing_no, source, scope, first_t, window_end from listings join span using (source)
), at_start as (
  select ticks.listing_no, max(ticks.observed_at) as t
  from ticks join mine using (listing_no) where ticks.observed_at <= first_t group by ticks.listing_no
), instants as (
  select * from at_start
  union
  select ticks.listing_no, ticks.observed_at as t from ticks join mine using (listing_no)
  where ticks.observed_at > first_t and ticks.observed_at <= window_end
)
select ticks.listing_no, instants.t, mine.source, mine.scope,
  max(ticks.recorded_at) as recorded,
  arg_max_null(ticks.state, ticks.recorded_at) as state,
  arg_max_null(ticks.usd_per_gpu_hour, ticks.recorded_at) as usd,
  arg_max_null(ticks.price_raw, ticks.recorded_at) as raw,
  arg_max_null(ticks.fx_rate, ticks.recorded_at) as fx_rate,
  arg_max_null(ticks.fx_date, ticks.recorded_at) as fx_date,
  arg_max_null(ticks.available_gpus, ticks.recorded_at) as avail,
  arg_max_null(ticks.flags, ticks.recorded_at) as flags
from ticks
join instants on instants.listing_no = ticks.listing_no and instants.t = ticks.observed_at
join mine on mine.listing_no = ticks.listing_no
group by ticks.listing_no, instants.t, mine.source, mine.scope`;

/** Listings that a staged pull did not show, with the state that follows from what the pull could see. */
const absences = `
create or replace temp table absences as
with after_obs as materialized (
  select shown.listing_no, ord + 1 as ord, next_ord, listings.source, listings.scope
  from (select listing_no, ord, lead(ord) over (partition by listing_no order by ord) as next_ord from stage_obs) as shown
  join listings using (listing_no)
  where next_ord is null or next_ord > ord + 1
), following as (
  select ord, source from (select ord, source, lag(source) over (order by ord) as source_before from stage_pulls)
  where source = source_before
), after_obs_here as (
  select listing_no, ord, 'live'::tick_state as was from after_obs join following using (ord, source)
), after_blindness as (
  select listing_no, min(seeing.ord) as ord, 'unknown'::tick_state as was
  from after_obs join stage_blind using (ord, scope)
  join stage_pulls as seeing
    on seeing.source = after_obs.source and seeing.ord > after_obs.ord and coalesce(seeing.ord < next_ord, true)
  anti join stage_blind as blind on blind.ord = seeing.ord and blind.scope = after_obs.scope
  group by listing_no, after_obs.ord
), next_pull as (
  select instants.source, instants.t, stage_pulls.ord
  from (select distinct source, t from existing) as instants
  asof join stage_pulls on instants.source = stage_pulls.source and instants.t <= stage_pulls.t
), after_existing as (
  select existing.listing_no, next_pull.ord, existing.state as was
  from existing join next_pull using (source, t) where existing.state <> 'delisted'
), shown_before as (
  select distinct stage_pulls.ord
  from stage_pulls join pulls on pulls.source = stage_pulls.source and pulls.observed_at = stage_pulls.t
  where stage_pulls.yields and pulls.status not in ('failed', 'empty')
), missing as (
  select listing_no, ord, was from (
    select * from after_obs_here
    union
    select * from after_blindness
    union
    select * from after_existing anti join stage_obs using (listing_no, ord)
  ) anti join shown_before using (ord)
)
select distinct missing.listing_no, missing.ord,
  case when stage_pulls.blind_all or stage_blind.scope is not null or stage_held.ord is not null
    then 'unknown' else 'delisted' end::tick_state as state
from missing
join stage_pulls using (ord)
join listings on listings.listing_no = missing.listing_no
left join stage_blind on stage_blind.ord = missing.ord and stage_blind.scope = listings.scope
left join stage_held on stage_held.ord = missing.ord and stage_held.listing_no = missing.listing_no
where missing.was = 'live' or (not stage_pulls.blind_all and stage_blind.scope is null and stage_held.ord is null)`;

const noneHeld = "create temp table if not exists stage_held (ord integer, listing_no integer)";

/**
 * Staged rows that differ from the latest recorded row of their listing at their time. At one time an existing
 * row sorts before a staged one.
 */
const fresh = `
create or replace temp table fresh as
with timeline as (
  select listing_no, t, ord, 'live'::tick_state as state, usd, raw, avail, flags, null::timestamp as known_at
  from stage_obs join stage_pulls using (ord)
  union all
  select listing_no, t, ord, state, null, null, null, '', null from absences join stage_pulls using (ord)
  union all
  select listing_no, t, null, state, usd, raw, avail, flags, recorded from existing
), compared as (
  select *,
    lag(state) over past as was_state, lag(usd) over past as was_usd, lag(raw) over past as was_raw,
    lag(avail) over past as was_avail, lag(flags) over past as was_flags, lag(t) over past as was_t, lag(known_at) over past as was_known_at,
    lead(t) over past as next_t
  from timeline
  window past as (partition by listing_no order by t, ord nulls first)
)
select listing_no, t, ord, state, usd, raw, avail, flags, next_t, case when was_t = t then was_known_at end as known_at
from compared
where ord is not null and (
  was_state is distinct from state or was_usd is distinct from usd
  or was_raw is distinct from raw or was_avail is distinct from avail or was_flags is distinct from flags
)`;

const insertFresh = `
insert into ticks
select fresh.listing_no, fresh.t,
  greatest(
    case when span.known_until >= fresh.t then greatest(stage_pulls.recorded, $now) else stage_pulls.recorded end,
    fresh.known_at + interval 1 millisecond
  ),
  fresh.state, fresh.usd, fresh.raw, stage_fx.fx_rate, stage_fx.fx_date::date, fresh.avail, stage_pulls.pull_no,
  fresh.flags
from fresh join stage_pulls using (ord)
join listings on listings.listing_no = fresh.listing_no
join span on span.source = listings.source
left join stage_fx on stage_fx.listing_no = fresh.listing_no and stage_fx.ord = fresh.ord and fresh.state = 'live'
order by fresh.listing_no, fresh.t`;

/** The value an unstaged later pull had confirmed, said again where a restated earlier one would now hide it. */
const heal = `
create or replace temp table heal as
with restated as (
  select fresh.*, listings.source, stage_pulls.pull_no, existing.state as old_state, existing.usd as old_usd,
    existing.raw as old_raw, existing.fx_rate as old_fx_rate, existing.fx_date as old_fx_date, existing.avail as old_avail,
    existing.flags as old_flags
  from fresh join stage_pulls using (ord) join listings on listings.listing_no = fresh.listing_no
  asof left join existing on existing.listing_no = fresh.listing_no and fresh.t >= existing.t
), confirmed as (
  select source, observed_at as t, arg_max_null(status, recorded_at) as status from pulls
  where status not in ('failed', 'empty') group by source, observed_at
), later as (
  select confirmed.* from confirmed
  anti join stage_pulls on stage_pulls.source = confirmed.source and stage_pulls.t = confirmed.t
), next_confirmed as (
  select instants.source, instants.t, later.t as later_t
  from (select distinct source, t from restated) as instants
  asof join later on instants.source = later.source and instants.t < later.t
)
select restated.listing_no, later.t,
  coalesce(old_state, case when later.status = 'complete' then 'delisted' else 'unknown' end::tick_state) as state,
  old_usd as usd, old_raw as raw, old_fx_rate as fx_rate, old_fx_date as fx_date, old_avail as avail, restated.pull_no,
  coalesce(old_flags, '') as flags
from restated
join next_confirmed using (source, t)
join later on later.source = restated.source and later.t = next_confirmed.later_t
where (restated.next_t is null or restated.next_t > later.t) and (
  old_state is distinct from state or old_usd is distinct from usd
  or old_raw is distinct from raw or old_avail is distinct from avail or coalesce(old_flags, '') <> restated.flags
)`;

const insertHeal = `
insert into ticks
select listing_no, t, $now, state, usd, raw, fx_rate, fx_date, avail, pull_no, flags from heal order by listing_no, t`;

/** Ticks written, counted by staged pull. */
export interface Appended {
  readonly ticks: number;
}

/** Writes what the staged pulls change, inside the caller's transaction. `now` is the knowledge time of corrections. */
export const appendDifferences = async (connection: DuckDBConnection, now: string): Promise<Appended> => {
  for (const step of [noneHeld, spans, existing, absences, fresh]) await connection.run(step);
  await connection.run(insertFresh, { now });
  const late = await rows(connection, "select count(*) as n from span where known_until >= first_t");
  if (Number(late[0]!.n) > 0) {
    await connection.run(heal);
    await connection.run(insertHeal, { now });
  } else {
    await connection.run(
      "create or replace temp table heal as select listing_no, pull_no from ticks limit 0",
    );
  }
  const [count] = await rows(
    connection,
    "select (select count(*) from fresh) + (select count(*) from heal) as n",
  );
  return { ticks: Number(count!.n) };
};

/** Frees the temporary tables of a write. */
export const dropStage = async (connection: DuckDBConnection): Promise<void> => {
  for (const table of [
    "stage_obs",
    "stage_fx",
    "stage_pulls",
    "stage_blind",
    "stage_held",
    "stage_listings",
    "span",
    "existing",
    "absences",
    "fresh",
    "heal",
  ]) {
    await connection.run(`drop table if exists ${table}`);
  }
};
