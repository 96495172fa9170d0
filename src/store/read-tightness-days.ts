import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";
import type { TightnessFilter } from "./listing-spells.ts";
import { type ChurnDay, readChurnDays } from "./read-churn-days.ts";
import { readFreeShares } from "./read-free-shares.ts";
import { readStockDays, type StockDay } from "./read-stock-days.ts";

export type { TightnessFilter } from "./listing-spells.ts";

/** What the tape tells of a GPU's market at an instant and over the step before it; null where nobody tells. */
export interface TightnessRow {
  readonly gpu: string;
  readonly at: Instant;
  /** Free GPUs of all, under any purchase, at venues that report their fleets. */
  readonly freeShare: number | null;
  /** Listings with no GPU free, of those whose venue tells. */
  readonly soldOutShare: number | null;
  /** Listings whose venue does not tell whether they are free, of all. */
  readonly unknownShare: number | null;
  /** First sights and returns less disappearances, a listing and day of being watched. */
  readonly netNewListings: number | null;
  /** Hours that marketplaces' listings were watched on offer, a disappearance. */
  readonly hoursToDisappear: number | null;
  /** Median of 1 - spot / on-demand over matched pairs. */
  readonly spotDiscount: number | null;
  /** Median ask of what is not sold out. */
  readonly usdPerGpuHour: number | null;
}

const noStock: StockDay = { soldOutShare: null, unknownShare: null, spotDiscount: null, usdPerGpuHour: null };
const noChurn: ChurnDay = { netNewListings: null, hoursToDisappear: null };

/**
 * Readings of tightness at each instant of a grid, one row a GPU and instant, by GPU and time, from whole cards of
 * sources that sell them. Listings that became unknown have neither come nor gone. What is rented leaves the lists of
 * marketplaces, so that free GPUs of listings have no known total: only reported fleets give a free share.
 */
export const readTightnessDays = async (
  database: Database,
  filter: TightnessFilter,
): Promise<TightnessRow[]> => {
  const members = filter.gpus.flatMap(({ id, ids }) => [...ids].map((gpu) => ({ id, gpu })));
  if (members.length === 0) return [];
  const stock = await readStockDays(database, filter, members);
  const churn = await readChurnDays(database, filter, members);
  const free = await readFreeShares(database, filter, members);
  const gpus = [...new Set(members.map(({ id }) => id))].sort();
  return gpus.flatMap((gpu) =>
    instantsOf(filter).map((at) => {
      const key = `${gpu} ${at}`;
      const freeShare = free.get(key) ?? null;
      return { gpu, at, freeShare, ...(stock.get(key) ?? noStock), ...(churn.get(key) ?? noChurn) };
    }),
  );
};

const instantsOf = ({ first, step, to }: TightnessFilter): Instant[] =>
  Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, i) => first + i * step);

/** Changes with every pull of the time up to `until`, late ones and corrections included. */
export const readPullMark = async (database: Database, until: Instant): Promise<string> => {
  const [row] = await rows(
    database.reader,
    "select count(*)::varchar || ' ' || coalesce(max(pull_no), 0) as mark from pulls where observed_at <= $until::timestamp",
    { until: formatInstant(until) },
  );
  return row!.mark as string;
};
