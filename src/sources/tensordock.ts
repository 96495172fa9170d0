import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import {
  asArray,
  asObject,
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
import type { Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl, keys }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({
    name: "locations",
    url: `${baseUrl}/api/v2/locations`,
    headers: { authorization: `Bearer ${keys.TENSORDOCK_API_TOKEN ?? ""}` },
  }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const { data } = asObject(readJson(payloadOf(payloads, "locations")), "locations");
  const locations = asArray(asObject(data, "locations.data").locations, "locations.data.locations");
  const rows = readRows(locations.flatMap(gpusOf), keys, readGpu);
  return { ...rows, completeness: judge(rows) };
};

/** The GPUs of a location, each with its place; a location without a list stays one row, to be rejected. */
const gpusOf = (location: unknown): readonly unknown[] => {
  if (!isObject(location) || !Array.isArray(location.gpus)) return [location];
  return location.gpus.map((gpu: unknown) => (isObject(gpu) ? { ...gpu, location } : gpu));
};

const keys: Keys = {
  must: ["v0Name", "displayName", "max_count", "price_per_hr", "location.id"],
  may: {
    "location.city": ["text", "the city is not told"],
    "location.stateprovince": ["text", "the state is not told"],
    "location.country": ["text", "the country is not told"],
  },
};

const readGpu = (row: Json): Reading => {
  const location = isObject(row.location) ? row.location : {};
  const [id, place, gpuRaw] = [text(row.v0Name), text(location.id), text(row.displayName)];
  if (id === null || gpuRaw === null) return ["no_name"];
  if (place === null) return ["no_region"];
  const most = count(row.max_count);
  if (most === null && number(row.max_count) !== 0) return ["bad_gpu_count"];
  const price = number(row.price_per_hr) ?? Number.NaN;
  return [
    {
      provider: "tensordock",
      offerId: `${place}/${id}`,
      gpuRaw,
      vramGib: positive(/(\d+) ?gb$/i.exec(gpuRaw)?.[1]),
      gpuCount: 1,
      purchase: "on_demand",
      priceRaw: price,
      unitRaw: "USD per GPU-hour without vCPU, RAM and disk",
      currency: "USD",
      pricePerGpuHour: price,
      // vCPU, RAM and disk are chosen and paid apart, and no least amount of them is told.
      gpuOnly: true,
      region: placeOf(location),
      zone: place,
      // The most that fits was found to be stale: a ceiling, no stock.
      availableGpus: most ?? 0,
      availableIs: most === null ? "exact" : "ceiling",
    },
  ];
};

const placeOf = ({ city, stateprovince, country }: Json): string | null => {
  const parts = [city, stateprovince, country].map(text).filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(", ");
};

/** TensorDock: GPUs of independent hosts by location. The list was found empty in August 2026. */
export const tensordock: Source = {
  id: "tensordock",
  name: "TensorDock",
  kind: "marketplace",
  provider: "tensordock",
  docsUrl: "https://dashboard.tensordock.com/api/docs",
  baseUrl: "https://dashboard.tensordock.com",
  everyMinutes: 15,
  needs: ["TENSORDOCK_API_TOKEN"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
