import { type Book, type BookOffer, buildBook, type SourceState } from "../domain/book.ts";
import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import type { CellIndex } from "../models/cell.ts";
import { cellIndex } from "../models/cell.ts";
import { readLive, readSeen } from "../store/read-history.ts";
import type { ApiContext } from "./context.ts";
import type { Span } from "./span.ts";

const groupByAt = <T extends { readonly at: Instant }>(rows: readonly T[]): Map<Instant, T[]> => {
  const groups = new Map<Instant, T[]>();
  for (const row of rows) {
    const group = groups.get(row.at);
    if (group) group.push(row);
    else groups.set(row.at, [row]);
  }
  return groups;
};

/** The index of a cell at each instant of a span, from two queries for the whole span. */
export const indexHistory = async (
  context: ApiContext,
  gpus: ReadonlySet<string>,
  purchase: Purchase,
  span: Span,
  asOf: Instant,
): Promise<{ at: Instant; index: CellIndex }[]> => {
  const { database, catalog, book } = context.tape;
  const listings = catalog.byNo
    .filter(({ offer }) => gpus.has(offer.gpu) && offer.purchase === purchase)
    .map(({ listingNo }) => listingNo);
  const filter = { first: span.first, to: span.to, from: span.from, step: span.step, asOf };
  const live = groupByAt(await readLive(database, { ...filter, listings }));
  const seen = groupByAt(await readSeen(database, filter));
  const kinds = book().sources;
  const history: { at: Instant; index: CellIndex }[] = [];
  for (let at = span.first; at <= span.to; at += span.step) {
    const sources = new Map((seen.get(at) ?? []).map((row) => [row.source, stateAt(kinds, row)]));
    const offers = (live.get(at) ?? []).map((row): BookOffer => {
      const listing = catalog.byNo[row.listingNo]!;
      return {
        ...listing.offer,
        ...listing,
        changedAt: at,
        usdPerGpuHour: row.usdPerGpuHour,
        availableGpus: row.availableGpus,
      };
    });
    const then: Book = buildBook(offers, sources, { version: 0, at, asOf });
    history.push({ at, index: cellIndex(then, gpus, purchase, at) });
  }
  return history;
};

const stateAt = (
  kinds: ReadonlyMap<string, SourceState>,
  { source, seenAt, everyMinutes }: { source: string; seenAt: Instant; everyMinutes: number },
): SourceState => ({
  source,
  kind: kinds.get(source)?.kind ?? "import",
  everyMinutes: kinds.get(source)?.everyMinutes ?? everyMinutes,
  lastGoodAt: seenAt,
  completeness: "complete",
  failing: false,
});
