import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
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
import { dropped, orElse, type Reading, type RowRead } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl, keys }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({
    name: "plans",
    url: `${baseUrl}/ecs/v2/plans`,
    headers: { "X-APITOKEN": keys.SEEWEB_API_TOKEN ?? "" },
  }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const plans = asArray(asObject(readJson(payloadOf(payloads, "plans")), "plans").plans, "plans.plans");
  const rows = readRows(plans, keys, readPlan);
  return { ...rows, completeness: judge(rows) };
};

const keys: Keys = {
  must: ["name", "gpu", "hourly_price", "available", "available_regions"],
  may: { gpu_label: ["text", "a plan without GPUs"] },
};

/** Numbers come as text. `available` says that the plan is sold at all; capacity is not in this answer. */
const readPlan = (row: Json): Reading => {
  const name = text(row.name);
  const gpus = number(row.gpu);
  const gpuRaw = text(row.gpu_label);
  if (gpus === 0 && gpuRaw === null) return [dropped("no_gpu")];
  if (name === null) return ["no_name"];
  if (gpuRaw === null) return ["no_gpu_name"];
  if (count(gpus) === null) return ["bad_gpu_count"];
  if (row.available === false) return [dropped("not_sold")];
  if (row.available !== true) return ["bad_availability"];
  if (!Array.isArray(row.available_regions)) return ["no_regions"];
  const draft = draftOf(row, name, gpuRaw, gpus!);
  const rows = row.available_regions.map((place: unknown): RowRead => {
    const region = isObject(place) ? text(place.location) : null;
    return region === null ? "no_region" : { ...draft, region };
  });
  return rows.length === 0 ? [draft] : orElse(rows, "no_region");
};

const draftOf = (row: Json, name: string, gpuRaw: string, gpus: number): OfferDraft => {
  const price = number(row.hourly_price) ?? Number.NaN;
  const ram = positive(row.ram);
  return {
    provider: "seeweb",
    offerId: name,
    gpuRaw,
    vramGib: positive(/(\d+) ?GB/i.exec(gpuRaw)?.[1]),
    gpuCount: gpus,
    purchase: "on_demand",
    priceRaw: price,
    unitRaw: "EUR per plan-hour",
    currency: "EUR",
    pricePerGpuHour: perGpuHour(price, { gpus }),
    includes: {
      cpuCores: positive(row.cpu),
      ramGib: ram === null ? null : ram / 1024,
      diskGib: positive(row.disk),
    },
  };
};

/** Seeweb: GPU plans by region, in euros. Stock is not told. */
export const seeweb: Source = {
  id: "seeweb",
  name: "Seeweb",
  kind: "direct",
  provider: "seeweb",
  docsUrl: "https://docs.seeweb.it/",
  baseUrl: "https://api.seeweb.it",
  everyMinutes: 120,
  needs: ["SEEWEB_API_TOKEN"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
