import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import {
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
import { dropped, orElse, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl, keys }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({
    name: "types",
    url: `${baseUrl}/api/v1/instance-types`,
    headers: { authorization: `Bearer ${keys.LAMBDA_API_KEY ?? ""}` },
  }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const { data } = asObject(readJson(payloadOf(payloads, "types")), "types");
  const rows = readRows(Object.values(asObject(data, "types.data")), keys, readType);
  return { ...rows, completeness: judge(rows) };
};

const keys: Keys = {
  must: [
    ...["instance_type.name", "instance_type.gpu_description", "instance_type.specs.gpus"],
    ...["instance_type.price_cents_per_hour", "regions_with_capacity_available"],
  ],
};

const readType = (row: Json): Reading => {
  const type = child(row, "instance_type");
  const name = text(type.name);
  const gpuRaw = text(type.gpu_description);
  const gpus = number(child(type, "specs").gpus);
  if (name === null) return ["no_name"];
  if (gpus === 0 && name.startsWith("cpu_")) return [dropped("no_gpu")];
  if (gpuRaw === null) return ["no_gpu_name"];
  if (count(gpus) === null) return ["bad_gpu_count"];
  const regions = row.regions_with_capacity_available;
  if (!Array.isArray(regions)) return ["no_regions"];
  const draft = draftOf(type, name, gpuRaw, gpus!);
  if (regions.length === 0) return [{ ...draft, availableGpus: 0, availableIs: "exact" }];
  const placed = regions.map((region): OfferDraft | string => {
    const code = isObject(region) ? text(region.name) : null;
    return code === null
      ? "no_region"
      : { ...draft, region: code, availableGpus: gpus, availableIs: "floor" };
  });
  return orElse(placed, "no_region");
};

/** Being listed means room for at least one instance; how many is not told. */
const draftOf = (type: Json, name: string, gpuRaw: string, gpus: number): OfferDraft => {
  const cents = number(type.price_cents_per_hour) ?? Number.NaN;
  const specs = child(type, "specs");
  return {
    provider: "lambda",
    offerId: name,
    instanceType: name,
    gpuRaw,
    vramGib: positive(/(\d+) GB/.exec(gpuRaw)?.[1]),
    gpuCount: gpus,
    purchase: "on_demand",
    priceRaw: cents,
    unitRaw: "US cents per instance-hour",
    currency: "USD",
    pricePerGpuHour: perGpuHour(cents, { unit: 100, gpus }),
    includes: {
      cpuCores: positive(specs.vcpus),
      ramGib: positive(specs.memory_gib),
      diskGib: positive(specs.storage_gib),
    },
  };
};

/** Lambda: instance types with the regions that have room now. On demand only. */
export const lambda: Source = {
  id: "lambda",
  name: "Lambda",
  kind: "direct",
  provider: "lambda",
  docsUrl: "https://docs.lambda.ai/api/cloud",
  baseUrl: "https://cloud.lambda.ai",
  everyMinutes: 5,
  needs: ["LAMBDA_API_KEY"],
  enabledByDefault: false,
  experimental: false,
  legalNote:
    "Lambda's Cloud Terms, as read by a third party in October 2026, bar monitoring the service for benchmarking: collect only with its permission.",
  parserVersion: 2,
  fetch,
  parse,
};
