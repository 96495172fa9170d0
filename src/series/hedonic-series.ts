import { breathe } from "../breathe.ts";
import { allTiers } from "../domain/purchase.ts";
import { day, type Instant } from "../domain/time.ts";
import { AppError } from "../errors.ts";
import { cellOffers } from "../models/cell-offers.ts";
import { mergeSlices } from "../models/machines.ts";
import type { HedonicStudy } from "../models/study/hedonic-study.ts";
import { type MachineAt, panelShape } from "../models/study/observations.ts";
import { tableOf } from "../models/study/table.ts";
import { type Cell, cellsOverTime } from "./cells-over-time.ts";
import type { SeriesTools } from "./index-series.ts";

export interface HedonicSeries extends HedonicStudy {
  /** Observations and providers by day. */
  readonly days: ReadonlyMap<number, { readonly listings: number; readonly providers: number }>;
}

/**
 * Observations that a panel may hold: their fit takes 2 to 9 s of a core, the more days and providers the longer, and
 * has to end within the minute that a fit may take while others use the cores.
 */
const mostObservations = 120_000;

/**
 * The quality-adjusted index of a cell by the day, from the first to the last midnight of a span (base = the first
 * day with offers) as known at a knowledge time. All tiers, each machine once. Throws `impossible` for a panel too
 * large, naming the way out.
 */
export const hedonicSeries = async (
  { tape, fits }: SeriesTools,
  cell: Cell,
  { from, to }: { readonly from: Instant; readonly to: Instant },
  asOf: Instant,
): Promise<HedonicSeries> => {
  const days = { first: Math.ceil(from / day) * day, to: Math.floor(to / day) * day, step: day };
  const machines: MachineAt[] = [];
  const counts = new Map<number, { listings: number; providers: number }>();
  for await (const { at, book } of cellsOverTime(tape, cell, days, asOf)) {
    const { offers } = cellOffers(book, cell.gpus, cell.purchase, at, { tiers: allTiers });
    const { rows } = mergeSlices(offers);
    counts.set(at / day, {
      listings: rows.length,
      providers: new Set(rows.map(({ offer }) => offer.provider)).size,
    });
    for (const row of rows) machines.push({ ...row, period: at / day });
    if (machines.length > mostObservations) throw tooMany();
  }
  const panel = await tableOf(machines, panelShape, breathe);
  return { ...(await fits.run("studyHedonic", { panel })), days: counts };
};

const tooMany = (): AppError =>
  new AppError(
    "impossible",
    `from: a hedonic index of this span needs more than ${mostObservations} observations; take a shorter span`,
    { details: { errors: [{ field: "from", message: "the span is too long" }] } },
  );
