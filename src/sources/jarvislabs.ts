import type { OfferDraft } from "../domain/offer.ts";
import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import {
  asArray,
  asObject,
  type Json,
  judge,
  number,
  optionalPrice,
  positive,
  readJson,
  readRows,
  text,
} from "./read.ts";
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl, keys }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({
    name: "server-meta",
    url: `${baseUrl}/misc/server_meta`,
    headers: { authorization: `Bearer ${keys.JARVISLABS_API_KEY ?? ""}` },
  }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const body = asObject(readJson(payloadOf(payloads, "server-meta")), "server-meta");
  const servers = asArray(body.server_meta, "server-meta.server_meta");
  const listed = new Set<string>();
  const rows = readRows(servers, keys, (row) => readServer(row, listed));
  return { ...rows, completeness: judge(rows) };
};

const keys: Keys = {
  must: ["gpu_type", "region", "num_free_devices", "spot_num_free_devices", "price_per_hour"],
  may: { spot_price: ["number", "no spot here"] },
};

/** Containers and machines run on the same GPUs, which are listed once for each: the second row adds none. */
const readServer = (row: Json, listed: Set<string>): Reading => {
  const [gpuRaw, region] = [text(row.gpu_type), text(row.region)];
  if (gpuRaw === null) return ["no_gpu_name"];
  if (region === null) return ["no_region"];
  const key = `${region}|${gpuRaw}`;
  if (listed.has(key)) return [dropped("second_workload")];
  const free = { on_demand: devices(row.num_free_devices), spot: devices(row.spot_num_free_devices) };
  if (free.on_demand === null || free.spot === null) return ["bad_availability"];
  listed.add(key);
  const spot = optionalPrice(row.spot_price);
  return [
    draftOf(row, gpuRaw, region, "on_demand", number(row.price_per_hour) ?? Number.NaN, free.on_demand),
    ...(spot === null ? [] : [draftOf(row, gpuRaw, region, "spot", spot, free.spot)]),
  ];
};

const devices = (value: unknown): number | null => {
  const told = number(value);
  return told !== null && told >= 0 && Number.isInteger(told) ? told : null;
};

const draftOf = (
  row: Json,
  gpuRaw: string,
  region: string,
  purchase: Purchase,
  price: number,
  free: number,
): OfferDraft => ({
  provider: "jarvislabs",
  offerId: gpuRaw,
  gpuRaw,
  vramGib: positive(row.vram),
  gpuCount: 1,
  purchase,
  priceRaw: price,
  unitRaw: "USD per GPU-hour",
  currency: "USD",
  pricePerGpuHour: price,
  includes: { cpuCores: positive(row.cpus_per_gpu), ramGib: positive(row.ram_per_gpu), diskGib: null },
  region,
  availableGpus: free,
  availableIs: "exact",
});

/** JarvisLabs: GPUs by region with those that are free, on demand and spot. */
export const jarvislabs: Source = {
  id: "jarvislabs",
  name: "JarvisLabs",
  kind: "direct",
  provider: "jarvislabs",
  docsUrl: "https://docs.jarvislabs.ai/",
  baseUrl: "https://backendn.jarvislabs.net",
  everyMinutes: 10,
  needs: ["JARVISLABS_API_KEY"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
