import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { type CellIndex, cellIndex } from "../models/cell.ts";
import { cellsOverTime, type Instants } from "../series/cells-over-time.ts";
import type { ApiContext } from "./context.ts";

/** The headline of a cell at each instant of a span, without bounds. */
export const indexHistory = async (
  { tape }: ApiContext,
  gpus: ReadonlySet<string>,
  purchase: Purchase,
  span: Instants,
  asOf: Instant,
): Promise<{ at: Instant; index: CellIndex }[]> => {
  const history: { at: Instant; index: CellIndex }[] = [];
  for await (const { at, book } of cellsOverTime(tape, { gpus, purchase }, span, asOf))
    history.push({ at, index: cellIndex(book, gpus, purchase, at) });
  return history;
};
