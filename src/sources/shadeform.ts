import { countryOfPlace } from "../domain/country-name.ts";
import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { currencyIn, inCurrency } from "./currency.ts";
import { type Keys, keyCheck } from "./keys.ts";
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
    name: "types",
    url: `${baseUrl}/v1/instances/types`,
    headers: { "X-API-KEY": keys.SHADEFORM_API_KEY ?? "" },
  }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const body = asObject(readJson(payloadOf(payloads, "types")), "types");
  const rows = readRows(
    asArray(body.instance_types, "types.instance_types"),
    keys,
    readType,
    currencyIn(body),
  );
  return { ...rows, completeness: judge(rows) };
};

const keys: Keys = {
  must: [
    ...["cloud", "shade_instance_type", "cloud_instance_type", "hourly_price", "availability"],
    ...["configuration.gpu_type", "configuration.num_gpus"],
  ],
  may: { "configuration.interconnect": ["text", "the form is not told"] },
};

const placeFault = keyCheck({
  must: ["available"],
  may: { region: ["text", "the place is told by its name alone"] },
  optional: { display_name: ["text", "the place has no name"] },
});

/** One offer a region in which the cloud sells the type; flat copies of `configuration` are deprecated. */
const readType = (row: Json): Reading => {
  const [cloud, shade, own] = [row.cloud, row.shade_instance_type, row.cloud_instance_type].map(text);
  const spec = child(row, "configuration");
  const model = text(spec.gpu_type);
  const gpus = number(spec.num_gpus);
  if (cloud == null || shade == null || own == null) return ["no_name"];
  if (isCpuType(model, gpus)) return [dropped("no_gpu")];
  if (model === null) return ["no_gpu_name"];
  if (count(gpus) === null) return ["bad_gpu_count"];
  if (!Array.isArray(row.availability)) return ["no_regions"];
  const draft = inCurrency(draftOf(row, { cloud, shade, own }, model, gpus!), currencyIn(spec));
  const rows = row.availability.map((place: unknown): RowRead => {
    const fault = placeFault(place);
    if (fault !== null || !isObject(place)) return fault ?? "no_region";
    const named = text(place.display_name);
    const region = text(place.region) ?? named;
    if (region === null) return "no_region";
    if (typeof place.available !== "boolean") return "bad_availability";
    return {
      ...draft,
      region,
      country: named === null ? null : countryOfPlace(named),
      availableGpus: place.available ? gpus! : 0,
      availableIs: place.available ? "floor" : "exact",
    };
  });
  return rows.length === 0
    ? [{ ...draft, availableGpus: 0, availableIs: "exact" }]
    : orElse(rows, "no_region");
};

const isCpuType = (model: string | null, gpus: number | null): boolean =>
  model === null ? gpus === 0 : /^cpu/i.test(model) && (gpus === null || gpus === 0);

interface Names {
  readonly cloud: string;
  readonly shade: string;
  readonly own: string;
}

const draftOf = (row: Json, { cloud, shade, own }: Names, model: string, gpus: number): OfferDraft => {
  const spec = child(row, "configuration");
  const cents = number(row.hourly_price) ?? Number.NaN;
  const link = text(spec.interconnect);
  // PCIe is written where the form is not known, also for boards that are SXM: only SXM says something.
  const form = link !== null && /^sxm/i.test(link) ? ` ${link}` : "";
  return {
    provider: "shadeform",
    upstream: cloud,
    offerId: `${cloud}/${shade}/${own}`,
    instanceType: own,
    gpuRaw: `${model}${form}`,
    vramGib: positive(spec.vram_per_gpu_in_gb),
    gpuCount: gpus,
    purchase: "on_demand",
    priceRaw: cents,
    unitRaw: "US cents per instance-hour",
    currency: "USD",
    pricePerGpuHour: perGpuHour(cents, { unit: 100, gpus }),
    includes: {
      cpuCores: positive(spec.vcpus),
      ramGib: positive(spec.memory_in_gb),
      diskGib: positive(spec.storage_in_gb),
    },
  };
};

/** Shadeform: instances of many clouds under one API. The cloud that owns the machine is the upstream. */
export const shadeform: Source = {
  id: "shadeform",
  name: "Shadeform",
  kind: "aggregator",
  provider: "shadeform",
  docsUrl: "https://docs.shadeform.ai/api-reference/instances/instances-types",
  baseUrl: "https://api.shadeform.ai",
  everyMinutes: 60,
  needs: ["SHADEFORM_API_KEY"],
  enabledByDefault: false,
  experimental: false,
  legalNote:
    "Shadeform's terms of 2026-08-06, as read by a third party, bar systematic retrieval: collect only with its permission.",
  parserVersion: 3,
  fetch,
  parse,
};
