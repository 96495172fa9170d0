import type { Book } from "../domain/book.ts";
import type { Purchase } from "../domain/purchase.ts";
import { type Instant, parseInstant } from "../domain/time.ts";
import { type CellOptions, cellOffers } from "../models/cell-offers.ts";
import type { ApiContext, Asked } from "./context.ts";
import { memo } from "./memo.ts";
import { ageOf } from "./meta.ts";

/** A cell of one or several purchases, as statistics take it. */
export interface DecidingCell extends CellOptions {
  readonly gpus: ReadonlySet<string>;
  readonly purchases: readonly Purchase[];
}

type Moment = Pick<Asked, "book" | "now">;

/** The book at the end of a span that lies behind the instant asked about; at that instant else. */
const momentOf = async ({ tape }: ApiContext, asked: Asked, end: Instant): Promise<Moment> =>
  end < asked.now ? { book: await tape.bookAt({ at: end, asOf: asked.asOf }), now: end } : asked;

/** The end of a span that a request names; now where it names none or one that lies ahead. */
export const endOf = ({ to }: { readonly to?: string }, now: Instant): Instant =>
  to === undefined ? now : Math.min(parseInstant(to, "to"), now);

const presentAges = memo<string, number | null>();

/** Age in seconds, at `end`, of the oldest source whose offers a statistic of the cell takes (see `ageOf`). */
export const ageOfCell = async (
  context: ApiContext,
  asked: Asked,
  cell: DecidingCell,
  end: Instant = asked.now,
): Promise<number | null> => {
  const moment = await momentOf(context, asked, end);
  if (moment !== asked) return ageIn(moment, cell);
  const key = [[...cell.gpus].join(), cell.purchases.join(), [...(cell.tiers ?? [])].join()].join(" ");
  return presentAges(asked, key, () => ageIn(asked, cell));
};

const ageIn = (moment: Moment, { gpus, purchases, ...options }: DecidingCell): number | null => {
  const used = purchases.flatMap((purchase) =>
    cellOffers(moment.book, gpus, purchase, moment.now, options).offers.map(({ source }) => source),
  );
  return ageOf(moment, used.length > 0 ? new Set(used) : sourcesIn(moment.book, gpus));
};

/** Every source that sees one of the GPUs. */
const sourcesIn = ({ byGpu }: Book, gpus: ReadonlySet<string>): Set<string> =>
  new Set([...gpus].flatMap((id) => (byGpu.get(id) ?? []).map(({ source }) => source)));

/** Age in seconds, at `end`, of the oldest of these sources that is current (see `ageOf`). */
export const ageOfSources = async (
  context: ApiContext,
  asked: Asked,
  sources: ReadonlySet<string>,
  end: Instant,
): Promise<number | null> => {
  if (end >= asked.now) return ageOf(asked, sources);
  const then = await context.tape.sourcesAt({ at: end, asOf: asked.asOf }, sources);
  return ageOf({ book: { sources: then }, now: end }, sources);
};
