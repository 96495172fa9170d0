import type { Purchase } from "../../domain/purchase.ts";
import { formatInstant } from "../../domain/time.ts";
import { isCurrentState } from "../../domain/validity.ts";
import { cellIndex } from "../../models/cell.ts";
import type { ImportResult } from "../../store/import-file.ts";
import type { AskedCells, InputAnswerer } from "./cells.ts";

/** What of the files an answer does not use, and why. */
export interface LeftOut {
  /** Listings by reason; `not_in_last_pull`: their provider's last pull does not show them. */
  readonly listings: Readonly<Record<string, number>>;
  readonly stale: readonly { readonly source: string; readonly last_seen_at: string }[];
  readonly rejects: Readonly<Record<string, number>>;
}

/** Sums counts by reason. */
const sum = (counts: readonly Readonly<Record<string, number>>[]): Record<string, number> => {
  const total: Record<string, number> = {};
  for (const each of counts)
    for (const [reason, n] of Object.entries(each)) total[reason] = (total[reason] ?? 0) + n;
  return total;
};

const countOf = (reasons: readonly string[]): Record<string, number> =>
  sum(reasons.map((reason) => ({ [reason]: 1 })));

/** What of these cells is not in the book of an instant and, where the answer is an index, what that leaves out. */
export const leftOut = async (
  { bookAt, listings, result }: InputAnswerer,
  { cells, at, isIndex = false }: AskedCells,
): Promise<LeftOut> => {
  const book = await bookAt(at);
  const isAsked = (offer: { readonly gpu: string; readonly purchase: Purchase }): boolean =>
    cells.some(({ ids, purchase }) => ids.has(offer.gpu) && purchase === offer.purchase);
  const shown = book.offers.filter(isAsked);
  const gone = listings.filter(isAsked).length - shown.length;
  const indexed = isIndex ? cells : [];
  // A card is part of its family's cell too: each listing counts once.
  const excluded = new Map(
    indexed
      .flatMap(({ ids, purchase }) => cellIndex(book, ids, purchase, at).excluded)
      .map(({ id, reason }) => [id, reason]),
  );
  const stale = [...new Set(shown.map(({ source }) => source))].sort().flatMap((source) => {
    const state = book.sources.get(source);
    if (state?.lastGoodAt == null || isCurrentState(state, at)) return [];
    return [{ source, last_seen_at: formatInstant(state.lastGoodAt) }];
  });
  return {
    listings: {
      ...countOf([...excluded.values()]),
      ...(gone > 0 ? { not_in_last_pull: gone } : {}),
    },
    stale,
    rejects: sum([result.reject_reasons, result.refused_prices]),
  };
};

const counts = (found: Readonly<Record<string, number>>): string =>
  Object.entries(found)
    .map(([reason, n]) => `${reason.replaceAll("_", " ")} ${n}`)
    .join(", ");

const rowsNote = ({ file, rows, pulls, listings, cut_pulls: cut }: ImportResult): string =>
  `${file}: ${rows} rows, ${pulls} pulls, ${listings} listings${cut > 0 ? `, ${cut} pulls cut off at the cap` : ""}`;

/** The same in words, a line each. */
export const notesOf = (result: ImportResult, left: LeftOut): string[] => [
  rowsNote(result),
  ...(Object.keys(left.rejects).length === 0 ? [] : [`Refused: ${counts(left.rejects)}`]),
  ...(Object.keys(left.listings).length === 0 ? [] : [`Listings left out: ${counts(left.listings)}`]),
  ...left.stale.map(({ source, last_seen_at: at }) => `Stale: ${source}, last seen ${at}`),
];
