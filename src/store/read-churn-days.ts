import { type Database, rows } from "./database.ts";
import {
  listingSpells,
  listingSpellsParameters,
  type TightnessFilter,
  type TightnessMember,
} from "./listing-spells.ts";

/** Comings and goings of a GPU's listings over the step before an instant; null where nobody watched or none went. */
export interface ChurnDay {
  readonly netNewListings: number | null;
  readonly hoursToDisappear: number | null;
}

/**
 * Comings and goings by "<id> <instant>" over each step of a grid, by the hours that listings were watched: only
 * between two complete pulls of one parser the earlier of which was still current, so that a source that was blind, silent
 * or read anew makes no news. Instants without any are absent.
 */
export const readChurnDays = async (
  database: Database,
  filter: TightnessFilter,
  members: readonly TightnessMember[],
): Promise<ReadonlyMap<string, ChurnDay>> => {
  const found = await rows(database.scanner, sql, listingSpellsParameters(filter, members));
  return new Map(
    found.map((row) => [
      `${row.id as string} ${row.at as number}`,
      {
        netNewListings: row.net_new as number | null,
        hoursToDisappear: row.hours_to_disappear as number | null,
      },
    ]),
  );
};

/* `hours` counts the time over which a source was watched: a listing that comes at one count and goes at another was there for the difference. */
const sql = `
with ${listingSpells("purchase = $purchase")}, gaps as (
  select *, (epoch_ms(observed_at) - lag(epoch_ms(observed_at)) over pulling) / 3600000.0 as gap_hours,
    observed_at < lag(current_until) over pulling as in_time,
    complete and lag(complete) over pulling and parser = lag(parser) over pulling as alike
  from pulled window pulling as (partition by source order by observed_at)
), watched as (
  select *, coalesce(alike and in_time, false) as is_news,
    sum(case when is_news then gap_hours else 0 end) over (partition by source order by observed_at) as hours
  from gaps
), heard as (
  select k, sources.source, watched.hours
  from instants cross join (select distinct source from pulled) as sources
  asof join watched on watched.source = sources.source and instants.at >= watched.observed_at
), events as (
  select gpu, source, kind, observed_at, ceil((epoch_ms(observed_at) - $origin::bigint) / $step::double)::bigint as k,
    listed::integer - was_listed::integer as listed_change, offered::integer - was_offered::integer as offered_change,
    listed and coalesce(was_state = 'delisted', true) as came, state = 'delisted' and was_listed as went,
    was_offered and (state = 'delisted' or sold_out) as taken
  from spells
  where observed_at > $start::timestamp and (listed <> was_listed or offered <> was_offered)
), moments as (
  select moments.source, moments.observed_at, watched.hours, watched.is_news and watched.observed_at = moments.observed_at as is_news
  from (select distinct source, observed_at from events) as moments
  asof join watched on watched.source = moments.source and moments.observed_at >= watched.observed_at
), dated as (
  select events.*, hours, is_news from events join moments using (source, observed_at)
), churn as (
  select gpu, dated.k, kind, listed_change * (heard.hours - dated.hours) as listed_hours,
    offered_change * (heard.hours - dated.hours) as offered_hours,
    case when is_news then came::integer - went::integer else 0 end as net, (is_news and taken)::integer as taken
  from dated join heard on heard.k = dated.k and heard.source = dated.source
  union all
  select gpu, later.k, kind, listed * (later.hours - coalesce(heard.hours, 0)), offered * (later.hours - coalesce(heard.hours, 0)), 0, 0
  from (
    select gpu, source, kind, k, count(*) as listed, count(*) filter (offered) as offered
    from live group by gpu, source, kind, k
  ) as held
  join heard as later on later.source = held.source and later.k = held.k + 1
  left join heard on heard.source = held.source and heard.k = held.k
), moves as (
  select id, k, case when sum(listed_hours) > 1e-9 then 24 * sum(net) / sum(listed_hours) end as net_new,
    case when sum(taken) filter (kind = 'marketplace') > 0
      then sum(offered_hours) filter (kind = 'marketplace') / sum(taken) filter (kind = 'marketplace') end as hours_to_disappear
  from churn join cells using (gpu) group by id, k
)
select id, epoch_ms(instants.at)::double as at, net_new::double as net_new,
  hours_to_disappear::double as hours_to_disappear
from moves join instants using (k)`;
