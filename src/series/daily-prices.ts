import { day, type Instant } from "../domain/time.ts";
import { indexCell } from "../models/cell.ts";
import { headlineIndex } from "../models/headline-index.ts";
import { type MethodologyVersion, presentVersion } from "../models/headline-rules.ts";
import { sellersOne } from "../models/index/receipts-one.ts";
import { providerPrices } from "../models/index/vote-receipts.ts";
import type { DailyPrices } from "../models/spreads/basis.ts";
import type { Tape } from "../store/tape.ts";
import { type Cell, cellsOverTime } from "./cells-over-time.ts";

/**
 * One price a provider at each midnight of the `days` before `now`, as known at a knowledge time, from the listings that
 * count by a version of the methodology.
 */
export const dailyPrices = async (
  tape: Tape,
  cell: Cell,
  now: Instant,
  days: number,
  asOf: Instant,
  version: MethodologyVersion = presentVersion,
): Promise<DailyPrices[]> => {
  const to = Math.floor(now / day) * day;
  const found: DailyPrices[] = [];
  for await (const { at, book } of cellsOverTime(
    tape,
    cell,
    { first: to - days * day, to, step: day },
    asOf,
  )) {
    const { listings } = indexCell(book, cell.gpus, cell.purchase, at, { version });
    const headline = headlineIndex(listings, version);
    const sellers = version === 1 ? sellersOne(listings, headline) : providerPrices(headline);
    const prices = new Map(sellers.map(({ provider, usdPerGpuHour }) => [provider, usdPerGpuHour]));
    found.push({ period: at / day, prices });
  }
  return found;
};
