import { beliefOf } from "../domain/book.ts";
import { type Database, rows } from "./database.ts";
import { fleetWords, fleetWordsParameters } from "./fleet-words.ts";
import type { TightnessFilter } from "./read-tightness-days.ts";

type FleetFilter = Pick<TightnessFilter, "kinds" | "region" | "first" | "step" | "to" | "asOf">;

/**
 * Free share of the GPUs of reported fleets by "<id> <instant>", at each instant of a grid: the last words of sources
 * that are current then, for each provider those of the source that is believed first. Instants without any are
 * absent.
 */
export const readFreeShares = async (
  database: Database,
  { kinds, ...filter }: FleetFilter,
  cells: readonly { readonly id: string; readonly gpu: string }[],
): Promise<ReadonlyMap<string, number>> => {
  const found = await rows(database.scanner, sql, {
    ...fleetWordsParameters({ ...filter, gpus: new Set(cells.map(({ gpu }) => gpu)) }),
    ids: JSON.stringify(cells.map(({ id }) => id)),
    members: JSON.stringify(cells.map(({ gpu }) => gpu)),
    beliefs: JSON.stringify([...kinds].map(([source, kind]) => ({ source, belief: beliefOf[kind] }))),
    import_belief: beliefOf.import,
  });
  return new Map(
    found.map((row) => [`${row.id as string} ${row.at as number}`, row.free_share as number] as const),
  );
};

const sql = `
with cells as (
  select unnest($ids::json::varchar[]) as id, unnest($members::json::varchar[]) as gpu
), beliefs as (
  select unnest(from_json($beliefs, '[{"source":"varchar","belief":"integer"}]'), recursive := true)
), ${fleetWords}, fleets_of as (
  select id, words.at, words.source, provider, coalesce(any_value(belief), $import_belief) as belief,
    sum(total) as total, sum(rented) as rented
  from words join cells using (gpu) left join beliefs on beliefs.source = words.source
  group by id, words.at, words.source, provider
), speaking as (
  select * from fleets_of where total > 0
  qualify row_number() over (partition by id, fleets_of.at, provider order by belief, source) = 1
)
select id, epoch_ms(speaking.at)::double as at, (sum(total - rented) / sum(total))::double as free_share
from speaking group by id, speaking.at`;
