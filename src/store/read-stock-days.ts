import { type Database, rows } from "./database.ts";
import {
  listingSpells,
  listingSpellsParameters,
  type TightnessFilter,
  type TightnessMember,
} from "./listing-spells.ts";

/** What is on offer of a GPU at an instant; null where nobody tells. */
export interface StockDay {
  readonly soldOutShare: number | null;
  readonly unknownShare: number | null;
  readonly spotDiscount: number | null;
  readonly usdPerGpuHour: number | null;
}

/**
 * Stock and prices by "<id> <instant>", at each instant of a grid, from current sources, one a provider, no price in
 * doubt. Instants without any are absent.
 */
export const readStockDays = async (
  database: Database,
  filter: TightnessFilter,
  members: readonly TightnessMember[],
): Promise<ReadonlyMap<string, StockDay>> => {
  const found = await rows(database.scanner, sql, listingSpellsParameters(filter, members));
  return new Map(
    found.map((row) => [
      `${row.id as string} ${row.at as number}`,
      {
        soldOutShare: row.sold_out_share as number | null,
        unknownShare: row.unknown_share as number | null,
        spotDiscount: row.spot_discount as number | null,
        usdPerGpuHour: row.usd as number | null,
      },
    ]),
  );
};

const sql = `
with ${listingSpells("purchase in ($purchase, 'on_demand', 'spot')")}, heard as (
  select k, sources.source,
    instants.at < pulled.current_until as fresh
  from instants cross join (select distinct source from pulled) as sources
  asof join pulled on pulled.source = sources.source and instants.at >= pulled.observed_at
), current as (
  select live.*, id from live join heard on heard.k = live.k and heard.source = live.source join cells using (gpu)
  where fresh and doubts = '' and live.k > 0
), voices as (
  select id, k, provider, purchase, min(rank) as rank from current group by all
), speaking as (
  select current.* from current semi join voices using (id, k, provider, purchase, rank)
), stock as (
  select id, k, count(*) filter (sold_out) / nullif(count(*) filter (not untold), 0) as sold_out_share,
    count(*) filter (untold) / count(*) as unknown_share, median(usd) filter (offered) as usd
  from speaking where purchase = $purchase group by id, k
), pairs as (
  select spot.id, spot.k, spot.listing_no,
    any_value(spot.usd) / arg_min(regular.usd, ((spot.tier is distinct from regular.tier)::integer, regular.usd)) as ratio
  from speaking as spot join speaking as regular on spot.id = regular.id and spot.k = regular.k
    and spot.provider = regular.provider and spot.item = regular.item and spot.gpu = regular.gpu
    and spot.gpu_count = regular.gpu_count and spot.region is not distinct from regular.region
  where spot.purchase = 'spot' and regular.purchase = 'on_demand' and spot.offered and regular.offered
  group by spot.id, spot.k, spot.listing_no
), discounts as (
  select id, k, median(1 - ratio) as spot_discount from pairs group by id, k
)
select id, epoch_ms(instants.at)::double as at, sold_out_share::double as sold_out_share,
  unknown_share::double as unknown_share, spot_discount::double as spot_discount, usd
from stock full join discounts using (id, k) join instants using (k)`;
