import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, eachChunk } from "./database.ts";
import { goodPulls } from "./good-pulls.ts";
import type { Grid } from "./read-history.ts";

export interface SeenRow {
  readonly at: Instant;
  readonly source: string;
  readonly seenAt: Instant;
  readonly currentUntil: Instant;
}

/** Last good pull of each source (default: all) at each instant of a grid, oldest first: market time and until when it is current. */
export const readSeen = async (
  database: Database,
  { first, to, step, asOf }: Pick<Grid, "first" | "to" | "step" | "asOf">,
  sources: readonly string[] | null = null,
): Promise<SeenRow[]> => {
  const seen: SeenRow[] = [];
  await eachChunk(
    database.scanner,
    `with instants as (
       select unnest(range($first::timestamp, $to::timestamp + interval 1 millisecond, to_milliseconds($step::bigint))) as at
     ), good as (
       ${goodPulls(`recorded_at <= $as_of::timestamp
         and ($sources::json is null or source in (select unnest($sources::json::varchar[])))`)}
     )
     select epoch_ms(instants.at)::double, sources.source, epoch_ms(good.observed_at)::double,
       epoch_ms(good.current_until)::double
     from instants cross join (select distinct source from good) as sources
     asof join good on good.source = sources.source and instants.at >= good.observed_at
     order by instants.at, sources.source`,
    {
      first: formatInstant(first),
      to: formatInstant(to),
      step,
      as_of: formatInstant(asOf),
      sources: sources === null ? null : JSON.stringify(sources),
    },
    (columns, count) => {
      for (let row = 0; row < count; row++) {
        seen.push({
          at: columns[0]![row] as number,
          source: columns[1]![row] as string,
          seenAt: columns[2]![row] as number,
          currentUntil: columns[3]![row] as number,
        });
      }
    },
  );
  return seen;
};
