import { AppError } from "../errors.ts";
import { type Gpu, type GpuClass, gpuClasses } from "./gpu.ts";
import { isWildcard } from "./wildcard.ts";

/** A row of data/gpus.csv with the columns that only serve to recognise it. */
export interface GpuRow extends Gpu {
  /** Instance types and product codes with this GPU; `#` is a number, `*` anything. */
  readonly instanceTypes: readonly string[];
  /** Instance types that hold a part of the card. */
  readonly sliceTypes: readonly string[];
  /** Memory figures that venues print for the same card, GiB. */
  readonly vramAlsoGib: readonly number[];
}

/**
 * Reads the parsed records of data/gpus.csv. Throws `internal` when a record has no id or name, a number that is
 * not positive, a class that is none, an id twice, or a member that is not in the table. An empty list gives an empty list.
 */
export const readGpuRows = (records: readonly Record<string, string>[]): GpuRow[] => {
  const rows = records.map(readRow);
  const ids = new Set(rows.map((row) => row.id));
  if (ids.size !== rows.length) throw broken("an id occurs twice");
  for (const row of rows) {
    const lost = row.members.find((member) => !ids.has(member) || member === row.id);
    if (lost !== undefined) throw broken(`${row.id} has the member "${lost}", which is not another row`);
  }
  return rows;
};

const readRow = (record: Record<string, string>): GpuRow => {
  const instanceTypes = list(record.instance_types);
  return {
    id: required(record, "id"),
    name: required(record, "name"),
    vendor: required(record, "vendor"),
    architecture: text(record.architecture),
    class: classOf(record),
    launch: text(record.launch),
    vramGib: number(record, "vram_gib"),
    memoryBandwidthGbps: number(record, "memory_bandwidth_gbps"),
    fp16Tflops: number(record, "fp16_tflops"),
    fp8Tflops: number(record, "fp8_tflops"),
    tdpW: number(record, "tdp_w"),
    formFactor: text(record.form_factor),
    interconnect: text(record.interconnect),
    interconnectGbps: number(record, "interconnect_gbps"),
    aliases: [...list(record.aliases), ...instanceTypes.filter((type) => !isWildcard(type))],
    notes: text(record.notes),
    source: required(record, "source"),
    members: list(record.members),
    instanceTypes,
    sliceTypes: list(record.slice_types),
    vramAlsoGib: list(record.vram_also).map((entry) => positive(entry, record, "vram_also")),
  };
};

const text = (value: string | undefined): string | null => (value?.trim() ? value.trim() : null);

const list = (value: string | undefined): string[] =>
  value
    ?.split("|")
    .map((part) => part.trim())
    .filter(Boolean) ?? [];

const required = (record: Record<string, string>, column: string): string => {
  const value = text(record[column]);
  if (value === null) throw broken(`${record.id ?? record.name ?? "a row"} has no ${column}`);
  return value;
};

const classOf = (record: Record<string, string>): GpuClass | null => {
  const value = text(record.class);
  const known = gpuClasses.find((each) => each === value) ?? null;
  if (known === null && value !== null)
    throw broken(`${record.id}: class "${value}" is none of ${gpuClasses.join(", ")}`);
  return known;
};

const number = (record: Record<string, string>, column: string): number | null => {
  const value = text(record[column]);
  return value === null ? null : positive(value, record, column);
};

const positive = (value: string, record: Record<string, string>, column: string): number => {
  const parsed = Number(value);
  if (!(parsed > 0) || !Number.isFinite(parsed))
    throw broken(`${record.id}: ${column} "${value}" is not a positive number`);
  return parsed;
};

const broken = (what: string): AppError => new AppError("internal", `data/gpus.csv: ${what}`);
