import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export type Json = Readonly<Record<string, unknown>>;

/** Everything the stand-in venues have to sell, before anyone asks in pages or by filter. */
export interface Market {
  readonly akash: Json;
  readonly azure: readonly Json[];
  readonly ecb: string;
  readonly lium: readonly Json[];
  readonly oci: readonly Json[];
  readonly runpod: Json;
  readonly vast: readonly Json[];
  readonly verda: Readonly<Record<"types" | "locations" | "on_demand" | "spot", unknown>>;
  readonly vultr: { readonly plans: readonly Json[]; readonly metal: readonly Json[] };
}

const root = new URL("../../", import.meta.url);
const fixtures = new URL("test/fixtures/", root);

const readText = (folder: URL, path: string): string =>
  readFileSync(new URL(path.split("/").map(encodeURIComponent).join("/"), folder), "utf8");

const readObject = (folder: URL, path: string): Json => JSON.parse(readText(folder, path)) as Json;

const rowsAt = (body: Json, field: string): readonly Json[] => body[field] as readonly Json[];

/** The pages of a venue in test/fixtures, in the order of their numbers, as one list. */
const fixturePages = (id: string, prefix: string, field: string): Json[] =>
  readdirSync(new URL(`${id}/`, fixtures))
    .filter((file) => file.startsWith(prefix) && /-\d+\.json$/.test(file))
    .sort()
    .flatMap((file) => rowsAt(readObject(fixtures, `${id}/${file}`), field));

export const fixtureMarket = (): Market => ({
  akash: readObject(fixtures, "akash/gpu-prices.json"),
  azure: fixturePages("azure", "", "Items"),
  ecb: readText(fixtures, "ecb/rates.xml"),
  lium: rowsAt(readObject(fixtures, "lium/nodes.json"), "nodes"),
  oci: rowsAt(readObject(fixtures, "oci/products.json"), "items"),
  runpod: readObject(fixtures, "runpod/gpu-types.json"),
  vast: fixturePages("vast", "", "offers"),
  verda: {
    types: JSON.parse(readText(fixtures, "verda/types.json")),
    locations: JSON.parse(readText(fixtures, "verda/locations.json")),
    on_demand: JSON.parse(readText(fixtures, "verda/available-on_demand.json")),
    spot: JSON.parse(readText(fixtures, "verda/available-spot.json")),
  },
  vultr: {
    plans: fixturePages("vultr", "plans", "plans"),
    metal: fixturePages("vultr", "metal", "plans_metal"),
  },
});

/** Where recorded answers of the real services lie, beside the repository; not part of it. */
export const samplesFolder = "../shared/providers/samples";

const folderUrl = (path: string): URL => new URL(`${path}/`, root);

export const hasSamples = (folder: string = samplesFolder): boolean => existsSync(folderUrl(folder));

/** Why a test of the samples does not run. */
export const noSamples = `recorded samples are not at ${samplesFolder}`;

/** Days of which every Vast offer of nine models was recorded. */
export const vastDays = (folder: string = samplesFolder): string[] =>
  readdirSync(new URL("vast_daily/", folderUrl(folder)))
    .map((file) => file.replace(/\.json$/, ""))
    .sort();

const vastRows = (folder: URL, day: string | undefined): readonly Json[] => {
  if (day === undefined) return rowsAt(readObject(folder, "vast_bundles.json"), "offers");
  const byModel = readObject(folder, `vast_daily/${day}.json`).offers_by_model;
  return Object.values(byModel as Record<string, readonly Json[]>).flat();
};

/** The recorded samples as a market. What was not recorded (rates of the ECB, spot availability) is from the fixtures. */
export const sampleMarket = (path: string, vastDay?: string): Market => {
  const folder = folderUrl(path);
  const array = (file: string): unknown => JSON.parse(readText(folder, file));
  return {
    akash: readObject(folder, "akash_gpu_prices.json"),
    azure: rowsAt(readObject(folder, "azure_retail.json"), "Items"),
    ecb: fixtureMarket().ecb,
    lium: rowsAt(readObject(folder, "lium_public_nodes_2026-09-10.json"), "nodes"),
    oci: rowsAt(readObject(folder, "oci_products_usd_2026-08-14.json"), "items"),
    runpod: readObject(folder, "runpod_graphql_gputypes_all_prices.json"),
    vast: vastRows(folder, vastDay),
    verda: {
      types: array("verda_instance_types.json"),
      locations: array("verda_locations.json"),
      on_demand: array("verda_instance_availability.json"),
      spot: [],
    },
    vultr: {
      plans: rowsAt(readObject(folder, "vultr_plans.json"), "plans"),
      metal: rowsAt(readObject(folder, "vultr_plans_metal.json"), "plans_metal"),
    },
  };
};

/** A folder or file beside the repository as a path. */
export const besideRepository = (path: string): string => fileURLToPath(new URL(path, root));
