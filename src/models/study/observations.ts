import type { BookOffer } from "../../domain/book.ts";
import { regionGroupOf } from "../../domain/region.ts";
import type { PricedObservation } from "../index/priced-observation.ts";
import type { MachineRow } from "../machines.ts";
import { numberAt, rowsOf, type Table, type TableShape, wordAt } from "./table.ts";

/** A machine of a book at a time. */
export interface MachineAt extends MachineRow {
  /** Whole number that rises with time, such as the day. */
  readonly period: number;
}

/** What a venue tells of the quality of an offer in numbers. */
const numberGrades: TableShape<BookOffer>["numbers"] = {
  log2_gpus_per_host: ({ gpuCount }) => Math.log2(gpuCount),
  cpu_cores_per_gpu: (offer) => perGpu(offer.includes?.cpuCores, offer),
  ram_gib_per_gpu: (offer) => perGpu(offer.includes?.ramGib, offer),
  reliability: ({ reliability }) => reliability,
};

/** The same in words, and who sells it; the form factor is part of the GPU's id. */
const wordGrades: TableShape<BookOffer>["words"] = {
  gpu: ({ gpu }) => gpu,
  interconnect: ({ interconnect }) => (interconnect === null ? null : fabricOf(interconnect)),
  region_group: ({ country }) => regionGroupOf(country),
  tier: ({ tier }) => tier,
  provider: ({ provider }) => provider,
};

/** Venues write fabrics in a hundred ways; what is paid for is whether hosts are joined by one. */
const fabricOf = (name: string): string =>
  /infiniband|roce|efa|rdma|\bib\b|gpudirect|tcpx/i.test(name) ? "fabric" : "other";

const perGpu = (amount: number | null | undefined, { gpuCount }: BookOffer): number | null =>
  amount == null ? null : amount / gpuCount;

const ofOffer = <T extends MachineRow, V>(
  columns: Readonly<Record<string, (offer: BookOffer) => V>>,
): Record<string, (row: T) => V> =>
  Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, ({ offer }: T) => of(offer)]));

/** Machines as columns: usd, gpus, grades and provider. */
export const machineShape: TableShape<MachineRow> = {
  numbers: {
    usd: ({ offer }) => offer.usdPerGpuHour,
    gpus: ({ gpus }) => gpus,
    ...ofOffer<MachineRow, number | null>(numberGrades),
  },
  words: ofOffer<MachineRow, string | null>(wordGrades),
};

/** The same over time: with period and what is the same thing when it is seen again. */
export const panelShape: TableShape<MachineAt> = {
  numbers: { ...machineShape.numbers, period: ({ period }) => period },
  words: { ...machineShape.words, item: ({ offer }) => offer.listingId },
};

/** Rows of a table of either shape as observations with their traits; without a period: period 0. */
export const observationsOf = (table: Table): PricedObservation[] => {
  const [numbers, words] = [Object.keys(numberGrades), Object.keys(wordGrades)];
  return rowsOf(table, (row) => {
    const traits: Record<string, number | string | null> = {};
    for (const name of numbers) traits[name] = numberAt(table, name, row);
    for (const name of words) traits[name] = wordAt(table, name, row);
    return {
      period: numberAt(table, "period", row) ?? 0,
      item: wordAt(table, "item", row) ?? String(row),
      provider: wordAt(table, "provider", row)!,
      usdPerGpuHour: numberAt(table, "usd", row)!,
      gpus: numberAt(table, "gpus", row)!,
      traits,
    };
  });
};
