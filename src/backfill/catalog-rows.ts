import { parse } from "csv-parse/sync";
import type { Reject } from "../domain/offer.ts";
import { wrongShape } from "../sources/read.ts";

/** A row of vms.csv that sells GPUs. A price that is not told is null. */
export interface CatalogRow {
  /** Empty where the GPU is priced apart from its host. */
  readonly instanceType: string;
  readonly accelerator: string;
  /** Below 1 for a part of one card. */
  readonly count: number;
  readonly vcpus: number | null;
  readonly memoryGib: number | null;
  readonly gpuInfo: string;
  readonly price: number | null;
  readonly spotPrice: number | null;
  readonly region: string | null;
  readonly zone: string | null;
}

export interface CatalogFile {
  readonly rows: readonly CatalogRow[];
  readonly rejects: readonly Reject[];
}

const needed = ["AcceleratorName", "AcceleratorCount", "Price", "Region"];

/** Accelerators that are no GPUs. */
const otherAccelerators =
  /^(tpu|inferentia|trainium|neuron|gaudi|habana|qualcomm|(cloud )?ai ?100\b|alveo|xilinx|u30$|fpga)/i;

/**
 * Reads the GPU rows of a vms.csv, whatever the order of its columns. Rows that are broken or hold no price in a
 * number become rejects; TPUs and other accelerators are left out. Throws `upstream_failed` where it is no such file.
 */
export const readCatalog = (text: string): CatalogFile => {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const header = (lines[0] ?? "").split(",").map((name) => name.trim());
  const missing = needed.filter((name) => !header.includes(name));
  if (missing.length > 0) throw wrongShape("vms.csv", `a table with ${missing.join(", ")}`);
  const at = columnsOf(header);
  const rejects: Reject[] = [];
  const rows: CatalogRow[] = [];
  for (const record of recordsOf(lines.slice(1), header.length, at("AcceleratorName"), rejects)) {
    const row = readRow(record, at);
    if (row === null) continue;
    if ("reason" in row) rejects.push(row);
    else rows.push(row);
  }
  return withoutUnscaled(rows, rejects);
};

type Columns = (name: string) => number;

const columnsOf = (header: readonly string[]): Columns => {
  const places = new Map(header.map((name, index) => [name, index]));
  return (name) => places.get(name) ?? -1;
};

/**
 * Most lines are machines without GPUs, which are seen at a glance and spared the parser. A field never goes over the
 * end of its line, so that a quote left open spoils one row and not those after it.
 */
const recordsOf = (
  lines: readonly string[],
  width: number,
  accelerator: number,
  rejects: Reject[],
): readonly string[][] => {
  const refuse = (raw: string): false => {
    rejects.push({ reason: "broken_row", raw: raw.slice(0, 2000) });
    return false;
  };
  const sellsGpus = (line: string): boolean => {
    if (line.includes('"')) return isClosed(line) || refuse(line);
    const name = line.split(",", accelerator + 1)[accelerator];
    return line !== "" && (name === undefined || (name !== "" && !otherAccelerators.test(name)));
  };
  const records: string[][] = parse(lines.filter(sellsGpus).join("\n"), {
    columns: false,
    relax_column_count: true,
    relax_quotes: true,
    skip_records_with_error: true,
    on_skip: (_error, raw) => {
      refuse(raw ?? "");
    },
  });
  return records.filter((record) => record.length === width || refuse(record.join(",")));
};

const isClosed = (line: string): boolean => line.split('"').length % 2 === 1;

const readRow = (record: readonly string[], at: Columns): CatalogRow | Reject | null => {
  const field = (name: string): string => record[at(name)]?.trim() ?? "";
  const accelerator = field("AcceleratorName");
  if (accelerator === "" || otherAccelerators.test(accelerator)) return null;
  const price = priceIn(field("Price"));
  const spotPrice = priceIn(field("SpotPrice"));
  const reject = (reason: string): Reject => ({ reason, raw: record.join(",").slice(0, 2000) });
  if (price === "bad" || spotPrice === "bad") return reject("bad_price");
  if (price === null && spotPrice === null) return null;
  const count = Number(field("AcceleratorCount") || "x");
  if (!(count > 0) || !Number.isFinite(count) || (count > 1 && !Number.isInteger(count)))
    return reject("bad_gpu_count");
  return {
    instanceType: field("InstanceType"),
    accelerator,
    count,
    vcpus: positive(field("vCPUs")),
    memoryGib: positive(field("MemoryGiB")),
    gpuInfo: field("GpuInfo"),
    price,
    spotPrice,
    region: field("Region") || null,
    zone: field("AvailabilityZone") || null,
  };
};

/** Some clouds write eight nines where they have no price. */
const placeholder = 1_000_000;

/** Blank, NaN, 0 and placeholders are absence; words and what lies below 0 are no price. */
const priceIn = (text: string): number | null | "bad" => {
  if (text === "" || /^(nan|none|null)$/i.test(text)) return null;
  const price = Number(text);
  if (!Number.isFinite(price) || price < 0) return "bad";
  return price === 0 || price >= placeholder ? null : price;
};

const positive = (text: string): number | null => {
  const value = Number(text || "x");
  return Number.isFinite(value) && value > 0 ? value : null;
};

/**
 * Takes out the machines of several GPUs that cost what the same machine with one costs, where most do: their prices
 * were not multiplied by the count. The price of a single GPU is right whether it was multiplied or not.
 */
const withoutUnscaled = (rows: readonly CatalogRow[], rejects: readonly Reject[]): CatalogFile => {
  const singles = new Map<string, CatalogRow>();
  for (const row of rows) {
    const kin = kinOf(row);
    if (kin !== null && row.count === 1) singles.set(kin, row);
  }
  const unscaled = new Set<CatalogRow>();
  let compared = 0;
  for (const row of rows) {
    const kin = kinOf(row);
    const single = kin === null || row.count <= 1 ? undefined : singles.get(kin);
    if (single === undefined) continue;
    compared++;
    if (priceToCompare(row) === priceToCompare(single)) unscaled.add(row);
  }
  if (unscaled.size * 2 <= compared) return { rows, rejects };
  const asReject = (row: CatalogRow): Reject => ({ reason: "price_not_scaled", raw: JSON.stringify(row) });
  return {
    rows: rows.filter((row) => !unscaled.has(row)),
    rejects: [...rejects, ...[...unscaled].map(asReject)],
  };
};

const priceToCompare = ({ price, spotPrice }: CatalogRow): number | null => price ?? spotPrice;

/** Machines of one kind that differ in their number of GPUs, where the name leads with it (8x_H100_SECURE). */
const kinOf = ({ instanceType, accelerator, region, zone }: CatalogRow): string | null => {
  const rest = /^\d+x?[_-]?(.+)$/i.exec(instanceType)?.[1];
  return rest === undefined ? null : `${accelerator}|${rest}|${region}|${zone}`;
};
