import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { answerOf, payloadOf, tolerant } from "./pages.ts";
import {
  asArray,
  asObject,
  child,
  count,
  isObject,
  type Json,
  joinRows,
  judge,
  number,
  positive,
  readJson,
  readRows,
  text,
} from "./read.ts";
import { orElse, type Reading, type RowRead } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context, 9);
  const get = (name: string, path: string) => http({ name, url: `${context.baseUrl}/api/v1/${path}` });
  return [
    await get("locations", "bare-metal/locations"),
    await get("presets", "virtual-machines/instant/deploy-presets"),
  ];
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const body = asObject(readJson(payloadOf(payloads, "locations")), "locations");
  const locations = asArray(body.results, "locations.results");
  const presets = answerOf(payloads, "presets");
  // The address of the presets is not documented: without them the bare metal is still all there.
  const machines = presets === null ? [] : asArray(readJson(presets), "presets");
  const rows = joinRows([
    readRows(locations, metalKeys, readLocation),
    readRows(machines, presetKeys, readPreset),
  ]);
  const completeness = judge(rows, { cut: body.has_next === true ? ["metal"] : [] });
  const note = presets === null ? "instant machines were not told" : null;
  return { ...rows, completeness: { ...completeness, note: completeness.note ?? note } };
};

const metalKeys: Keys = {
  must: [
    ...["id", "specs_per_node.gpu_model", "specs_per_node.gpu_count"],
    ...["gpu_count_ethernet", "gpu_price_ethernet", "gpu_count_infiniband", "gpu_price_infiniband"],
  ],
};

const presetKeys: Keys = {
  must: ["id", "resources.gpus", "compute_rate_hourly", "location_ids_with_availability"],
};

/** Two networks of one location are two products; a price stands also where nothing is free. */
const readLocation = (row: Json): Reading => {
  const id = text(row.id);
  const specs = child(row, "specs_per_node");
  const gpuRaw = text(specs.gpu_model);
  if (id === null || gpuRaw === null) return ["no_name"];
  const gpus = count(specs.gpu_count);
  if (gpus === null) return ["bad_gpu_count"];
  const on = (network: Metal["network"]): RowRead => {
    const free = number(row[`gpu_count_${network}`]);
    if (free === null || free < 0 || !Number.isInteger(free)) return "bad_availability";
    const price = number(row[`gpu_price_${network}`]) ?? Number.NaN;
    return metal(specs, { id, gpuRaw, gpus, network, free, price });
  };
  return [on("ethernet"), on("infiniband")];
};

interface Metal {
  readonly id: string;
  readonly gpuRaw: string;
  readonly gpus: number;
  readonly network: "ethernet" | "infiniband";
  readonly free: number;
  readonly price: number;
}

const metal = (specs: Json, { id, gpuRaw, gpus, network, free, price }: Metal): OfferDraft => ({
  provider: "voltagepark",
  offerId: `${id}/${network}`,
  gpuRaw,
  gpuCount: gpus,
  machineShare: 1,
  purchase: "on_demand",
  priceRaw: price,
  unitRaw: "USD per GPU-hour",
  currency: "USD",
  pricePerGpuHour: price,
  includes: {
    cpuCores: positive(specs.cpu_count),
    ramGib: positive(specs.ram_gb),
    diskGib: positive(specs.storage_gb),
  },
  region: id,
  availableGpus: free,
  availableIs: "exact",
  interconnect: network,
  scope: "metal",
});

const readPreset = (row: Json): Reading => {
  const id = text(row.id);
  const resources = child(row, "resources");
  const gpus = Object.entries(child(resources, "gpus"));
  const [gpuRaw, told] = gpus[0] ?? [];
  if (id === null || gpuRaw === undefined || gpus.length !== 1) return ["no_name"];
  const many = isObject(told) ? count(told.count) : null;
  if (many === null) return ["bad_gpu_count"];
  const places = row.location_ids_with_availability;
  if (!Array.isArray(places)) return ["no_regions"];
  const price = number(row.compute_rate_hourly) ?? Number.NaN;
  const draft: OfferDraft = {
    provider: "voltagepark",
    offerId: id,
    gpuRaw,
    gpuCount: many,
    purchase: "on_demand",
    priceRaw: price,
    unitRaw: "USD per machine-hour without disk",
    currency: "USD",
    pricePerGpuHour: perGpuHour(price, { gpus: many }),
    includes: {
      cpuCores: positive(resources.vcpu_count),
      ramGib: positive(resources.ram_gb),
      diskGib: null,
    },
    scope: "instant",
  };
  const rows = places.map((place): RowRead => {
    const region = text(place);
    return region === null ? "no_region" : { ...draft, region, availableGpus: many, availableIs: "floor" };
  });
  return rows.length === 0
    ? [{ ...draft, availableGpus: 0, availableIs: "exact" }]
    : orElse(rows, "no_region");
};

/** Voltage Park: bare metal by location and network, and instant machines. Prices of the marketing page are others. */
export const voltagepark: Source = {
  id: "voltagepark",
  name: "Voltage Park",
  kind: "direct",
  provider: "voltagepark",
  docsUrl: "https://docs.voltagepark.com/",
  baseUrl: "https://cloud-api.voltagepark.com",
  everyMinutes: 15,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
