import { AppError } from "../errors.ts";
import type { GpuTable } from "./gpu.ts";

/** One row of data/economics.csv: what owning a GPU takes, per GPU with its part of the host. Null: not known. */
export interface EconomicsFacts {
  readonly gpu: string;
  readonly capexUsd: number | null;
  /** Years over which it is paid off. */
  readonly years: number | null;
  /** Other costs than capital and power, per rented GPU-hour. */
  readonly opexUsdPerGpuHour: number | null;
  readonly kilowatts: number | null;
  /** Continuous loss of value a year, launches of later generations apart. */
  readonly decayPerYear: number | null;
  /** How the figures were made. */
  readonly basis: string;
  /** Where the capex comes from. */
  readonly source: string;
  /** Day, month or year the capex stood. */
  readonly asOf: string;
}

export interface EconomicsTable {
  readonly all: readonly EconomicsFacts[];
  /** Null for a GPU without a row, families included. */
  readonly of: (gpu: string) => EconomicsFacts | null;
}

type Row = Readonly<Record<string, string>>;

/**
 * Reads data/economics.csv. Throws `internal` for a GPU that is not in the table of GPUs, is a family or occurs
 * twice, for a figure that is no number or negative, and for a row without basis, source or date. Empty: no rows.
 */
export const buildEconomicsTable = (rows: readonly Row[], gpus: GpuTable): EconomicsTable => {
  const all = rows.map(readRow);
  const byGpu = new Map(all.map((facts) => [facts.gpu, facts]));
  if (byGpu.size !== all.length) throw broken("a GPU occurs twice");
  for (const id of byGpu.keys()) {
    if (gpus.byId.get(id)?.members.length !== 0) throw broken(`"${id}" is no card of data/gpus.csv`);
  }
  return { all, of: (gpu) => byGpu.get(gpu) ?? null };
};

const readRow = (row: Row): EconomicsFacts => ({
  gpu: required(row, "gpu"),
  capexUsd: positive(row, "capex_usd"),
  years: positive(row, "years"),
  opexUsdPerGpuHour: amount(row, "opex_usd_per_gpu_hour"),
  kilowatts: positive(row, "kilowatts"),
  decayPerYear: amount(row, "decay_per_year"),
  basis: required(row, "basis"),
  source: required(row, "source"),
  asOf: dated(row),
});

const required = (row: Row, column: string): string => {
  const value = row[column]?.trim();
  if (!value) throw broken(`${row.gpu || "a row"} has no ${column}`);
  return value;
};

const dated = (row: Row): string => {
  const value = required(row, "as_of");
  if (!/^\d{4}(-\d{2}(-\d{2})?)?$/.test(value)) throw broken(`${row.gpu}: as_of "${value}" is not a date`);
  return value;
};

const amount = (row: Row, column: string): number | null => {
  const value = row[column]?.trim();
  if (!value) return null;
  const parsed = Number(value);
  if (!(parsed >= 0) || !Number.isFinite(parsed))
    throw broken(`${row.gpu}: ${column} "${value}" is not a number from 0 on`);
  return parsed;
};

const positive = (row: Row, column: string): number | null => {
  const value = amount(row, column);
  if (value === 0) throw broken(`${row.gpu}: ${column} is 0; leave it empty where it is not known`);
  return value;
};

const broken = (what: string): AppError => new AppError("internal", `data/economics.csv: ${what}`);
