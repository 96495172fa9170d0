import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { parse } from "csv-parse/sync";
import { buildEconomicsTable, type EconomicsTable } from "./domain/economics-table.ts";
import type { GpuTable } from "./domain/gpu.ts";
import { buildGpuTable } from "./domain/gpu-table.ts";
import { buildPowerTable, type PowerTable } from "./domain/power-table.ts";
import { buildPriceBands, type PriceBands } from "./domain/price-bands.ts";
import type { ProviderTable } from "./domain/provider.ts";
import { buildProviderTable } from "./domain/provider-table.ts";
import type { RegionTable } from "./domain/region.ts";
import { buildRegionTable } from "./domain/region-table.ts";
import { AppError, badInput } from "./errors.ts";

/** The committed tables of data/ that give names a meaning. */
export interface Reference {
  readonly gpus: GpuTable;
  readonly providers: ProviderTable;
  readonly regions: RegionTable;
  readonly bands: PriceBands;
  readonly economics: EconomicsTable;
  readonly power: PowerTable;
}

const defaultDir = new URL("../data/", import.meta.url);

/**
 * Reads a table of data/ as text. Throws `bad_input` for a name with a path in it and `internal` when the file
 * cannot be read.
 */
export const readData = async (file: string, dataDir: URL | string = defaultDir): Promise<string> => {
  if (!/^[a-z0-9][a-z0-9.-]*$/i.test(file))
    throw badInput("file", `"${file}" is not the plain name of a file in data/`);
  try {
    return await readFile(new URL(file, asDirectory(dataDir)), "utf8");
  } catch (cause) {
    throw new AppError("internal", `data/${file} cannot be read; the installation is incomplete`, { cause });
  }
};

const asDirectory = (dir: URL | string): URL => {
  const url = typeof dir === "string" ? pathToFileURL(dir) : dir;
  return url.href.endsWith("/") ? url : new URL(`${url.href}/`);
};

/** The records of a CSV text with a header row, every value a string. */
export const parseCsv = (text: string): Record<string, string>[] =>
  parse<Record<string, string>>(text, { columns: true, skip_empty_lines: true, trim: true });

const tables: readonly string[] = [
  ...["gpus.csv", "providers.csv", "regions.csv"],
  ...["price-bands.csv", "economics.csv", "power.csv"],
];

/** Reads every table of the reference. Throws `internal` when one is missing or contradicts itself. */
export const loadReference = async (dataDir: URL | string = defaultDir): Promise<Reference> => {
  const [gpus, providers, regions, bands, economics, power] = await Promise.all(
    tables.map(async (file) => parseCsv(await readData(file, dataDir))),
  );
  const gpuTable = buildGpuTable(gpus ?? []);
  return {
    gpus: gpuTable,
    providers: buildProviderTable(providers ?? []),
    regions: buildRegionTable(regions ?? []),
    bands: buildPriceBands(bands ?? [], gpuTable),
    economics: buildEconomicsTable(economics ?? [], gpuTable),
    power: buildPowerTable(power ?? []),
  };
};
