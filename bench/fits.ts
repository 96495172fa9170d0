import { monitorEventLoopDelay } from "node:perf_hooks";
import { startFits } from "../src/fits/fits.ts";
import { createStudies } from "../src/fits/studies.ts";
import { cellIndex } from "../src/models/cell.ts";
import { panelShape } from "../src/models/study/observations.ts";
import { tableOf } from "../src/models/study/table.ts";
import { gpuIds, syntheticBook } from "./market-of.ts";
import type { Figure } from "./report.ts";

const at = Date.UTC(2026, 7, 7, 12);
const gpus = 60;
/** The best of so many: the first compile, and others use the machine as well. */
const rounds = 7;
const sizes = [5_000, 50_000, 500_000] as const;

/** Fits of a whole book off the main thread, quality-adjusted series, and the index of one cell as it grows. */
export const run = async (): Promise<Figure[]> => [
  ...(await refreshFigures()),
  ...(await hedonicFigures()),
  ...growthFigures(),
];

const refreshFigures = async (): Promise<Figure[]> => {
  const fits = startFits();
  const time = { book: syntheticBook(50_000, gpus, at), now: at, present: true };
  const all = gpuIds(gpus).map((id) => ({ id, ids: new Set([id]) }));
  try {
    await createStudies(fits).refresh(all.slice(0, 2), time);
    const studies = createStudies(fits);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const first = await timed(() => studies.refresh(all, time));
    delay.disable();
    const again = await timed(() => studies.refresh(all, time));
    return [
      figure(
        `fits of ${gpus} GPUs over 50,000 offers`,
        first / 1000,
        "s",
        2,
        "interval, leverage, supply, differentials, spreads",
      ),
      figure("longest stall of the event loop meanwhile", delay.max / 1e6, "ms", 50, ""),
      figure("the same again when no offer changed", again, "ms", 200, "chosen anew, fitted not at all"),
    ];
  } finally {
    await fits.close();
  }
};

const hedonicFigures = async (): Promise<Figure[]> => {
  const fits = startFits();
  const secondsOf = async (machines: number, days: number): Promise<number> => {
    const panel = await hedonicPanel(machines, days);
    return (await timed(() => fits.run("studyHedonic", { panel }))) / 1000;
  };
  try {
    await secondsOf(10, 10);
    const month = await secondsOf(200, 28);
    const most = await secondsOf(329, 365);
    return [
      figure("hedonic series of a month of 200 machines", month, "s", 2, "500 draws of 40 providers"),
      figure(
        "the same of a year of 329 machines",
        most,
        "s",
        20,
        "120,000 observations, the most there may be",
      ),
    ];
  } finally {
    await fits.close();
  }
};

/** The same machines every day at prices that move a little. */
const hedonicPanel = (machines: number, days: number) => {
  const offers = syntheticBook(machines, 1, at).byGpu.get("gpu-0")!;
  const rows = Array.from({ length: days }, (_, period) =>
    offers.map((offer, i) => ({
      offer: { ...offer, usdPerGpuHour: offer.usdPerGpuHour * (1 + ((7 * i + 3 * period) % 11) / 100) },
      gpus: offer.gpuCount,
      period,
    })),
  );
  return tableOf(rows.flat(), panelShape, () => Promise.resolve());
};

const growthFigures = (): Figure[] => {
  const took = sizes.map((size) => {
    const book = syntheticBook(size, 1, at);
    const once = (): number => {
      const began = performance.now();
      cellIndex(book, new Set(["gpu-0"]), "on_demand", at);
      return performance.now() - began;
    };
    return Math.min(...Array.from({ length: rounds }, once));
  });
  const rise = (i: number): number => {
    const [small, large] = [sizes[i - 1]!, sizes[i]!];
    return took[i]! / took[i - 1]! / ((large * Math.log(large)) / (small * Math.log(small)));
  };
  return [
    figure(
      "a day's index of one cell of 50,000 listings",
      took[1]!,
      "ms",
      300,
      `5,000: ${took[0]!.toFixed(1)} ms; 500,000: ${took[2]!.toFixed(0)} ms`,
    ),
    figure("growth from 5,000 to 50,000 against n log n", rise(1), "x", 2, "1 is n log n"),
    figure("growth from 50,000 to 500,000 against n log n", rise(2), "x", 2, "1 is n log n"),
  ];
};

const timed = async (job: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await job();
  return performance.now() - began;
};

const figure = (name: string, value: number, unit: string, limit: number, note: string): Figure => ({
  name,
  value,
  unit,
  limit,
  sense: "at most",
  note,
});
