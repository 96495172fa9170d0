import type { Purchase } from "../domain/purchase.ts";
import { day, type Instant } from "../domain/time.ts";
import type { StudiedGpu } from "../fits/studies.ts";
import { groupBy } from "../models/group-by.ts";
import { readPullMark, readTightnessDays, type TightnessRow } from "../store/read-tightness-days.ts";
import type { ApiContext, Asked } from "./context.ts";
import { recentMap } from "./recent-map.ts";

/** GPUs to read on some terms; region null for all. */
export interface TightnessCell {
  readonly gpus: readonly StudiedGpu[];
  readonly region: string | null;
  readonly purchase: Purchase;
}

/** What was read of a GPU at every midnight (UTC) before the instant asked for, oldest first. */
export type ClosedDays = ReadonlyMap<string, readonly TightnessRow[]>;

interface Kept {
  readonly last: Instant;
  readonly mark: string;
  readonly days: Promise<ClosedDays>;
}

/** Cells whose closed days are kept; the one asked for longest ago gives way. */
const mostKept = 200;

const lastMidnightBefore = (now: Instant): Instant => Math.ceil(now / day) * day - day;

/**
 * Reads the last `count` midnights of a cell. For the present they are kept until the next midnight or until a pull of
 * their time comes in, late or anew, so that a refresh reads the present alone.
 */
export const rememberedDays = (
  context: ApiContext,
  count: number,
  most = mostKept,
): ((asked: Asked, cell: TightnessCell) => Promise<ClosedDays>) => {
  const kept = recentMap<string, Kept>(most);
  return async (asked, cell) => {
    const last = lastMidnightBefore(asked.now);
    const read = async (): Promise<ClosedDays> => {
      const grid = { first: last - (count - 1) * day, to: last };
      return groupBy(await readGrid(context, asked, cell, grid), ({ gpu }) => gpu);
    };
    if (!asked.present) return read();
    const key = JSON.stringify([cell.gpus.map(({ id }) => id), cell.region, cell.purchase]);
    const mark = await readPullMark(context.tape.database, last);
    const known = kept.get(key);
    if (known?.last === last && known.mark === mark) return known.days;
    const days = read();
    kept.set(key, { last, mark, days });
    days.catch(() => kept.get(key)?.days === days && kept.delete(key));
    return days;
  };
};

/** What is read at the instant asked for and over the day before it, a row a GPU. */
export const readPresent = async (
  context: ApiContext,
  asked: Asked,
  cell: TightnessCell,
): Promise<ReadonlyMap<string, TightnessRow>> => {
  const found = await readGrid(context, asked, cell, { first: asked.now, to: asked.now });
  return new Map(found.map((row) => [row.gpu, row]));
};

const readGrid = (
  { tape }: ApiContext,
  { asOf }: Asked,
  cell: TightnessCell,
  { first, to }: { readonly first: Instant; readonly to: Instant },
): Promise<TightnessRow[]> => {
  const kinds = new Map([...tape.book().sources].map(([source, { kind }]) => [source, kind] as const));
  return readTightnessDays(tape.database, { ...cell, kinds, first, to, step: day, asOf });
};
