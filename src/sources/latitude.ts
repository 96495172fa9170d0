import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import {
  asArray,
  asObject,
  child,
  count,
  isObject,
  type Json,
  judge,
  number,
  positive,
  readJson,
  readRows,
  text,
} from "./read.ts";
import { dropped, orElse, type Reading, type RowRead } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl, keys }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({
    name: "plans",
    url: `${baseUrl}/plans?filter[gpu]=true`,
    headers: { authorization: `Bearer ${keys.LATITUDE_API_KEY ?? ""}` },
  }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const { data } = asObject(readJson(payloadOf(payloads, "plans")), "plans");
  const rows = readRows(asArray(data, "plans.data"), keys, readPlan);
  return { ...rows, completeness: judge(rows) };
};

const keys: Keys = {
  must: ["attributes.slug", "attributes.specs.gpu.type", "attributes.specs.gpu.count", "attributes.regions"],
};

/** One row a location; a region has one price for all of its locations. */
const readPlan = (row: Json): Reading => {
  const attributes = child(row, "attributes");
  const name = text(attributes.slug);
  const gpu = child(child(attributes, "specs"), "gpu");
  const gpuRaw = text(gpu.type);
  if (name === null) return ["no_name"];
  if (gpuRaw === null) return ["no_gpu_name"];
  const gpus = count(gpu.count);
  if (gpus === null) return ["bad_gpu_count"];
  if (!Array.isArray(attributes.regions) || attributes.regions.length === 0) return ["no_regions"];
  const rows = attributes.regions.flatMap((region: unknown): readonly RowRead[] => {
    const locations = isObject(region) ? child(region, "locations") : {};
    if (!isObject(region) || !Array.isArray(locations.available)) return ["no_region"];
    const price = number(child(child(region, "pricing"), "USD").hour) ?? Number.NaN;
    const stock = Array.isArray(locations.in_stock) ? locations.in_stock.map(text) : null;
    return locations.available.map((place: unknown): RowRead => {
      const code = text(place);
      if (code === null) return "no_region";
      const draft = draftOf(attributes, { name, gpuRaw, gpus, price, code });
      if (stock === null) return draft;
      return stock.includes(code)
        ? { ...draft, availableGpus: gpus, availableIs: "floor" }
        : { ...draft, availableGpus: 0, availableIs: "exact" };
    });
  });
  return orElse(rows, dropped("no_place"));
};

interface Plan {
  readonly name: string;
  readonly gpuRaw: string;
  readonly gpus: number;
  readonly price: number;
  readonly code: string;
}

const draftOf = (attributes: Json, { name, gpuRaw, gpus, price, code }: Plan): OfferDraft => ({
  provider: "latitude",
  offerId: name,
  gpuRaw,
  vramGib: positive(child(child(attributes, "specs"), "gpu").vram_per_gpu),
  gpuCount: gpus,
  machineShare: 1,
  purchase: "on_demand",
  priceRaw: price,
  unitRaw: "USD per machine-hour",
  currency: "USD",
  pricePerGpuHour: perGpuHour(price, { gpus }),
  region: code,
});

/** Latitude.sh: bare metal with GPUs by location. Its answers are known from other collectors' notes alone. */
export const latitude: Source = {
  id: "latitude",
  name: "Latitude.sh",
  kind: "direct",
  provider: "latitude",
  docsUrl: "https://docs.latitude.sh/reference/get-plans",
  baseUrl: "https://api.latitude.sh",
  everyMinutes: 60,
  needs: ["LATITUDE_API_KEY"],
  enabledByDefault: false,
  experimental: true,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
