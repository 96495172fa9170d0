import type { FleetDraft } from "../domain/fleet.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { currencyIn } from "./currency.ts";
import type { Keys } from "./keys.ts";
import { answerOf, isAnswer, payloadOf, tolerant } from "./pages.ts";
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
  wrongShape,
} from "./read.ts";
import { orElse, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetchFeed = async ({ http, baseUrl }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({ name: "pricing", url: `${baseUrl}/pricing.json` }),
];

const parseFeed = (payloads: readonly RawPayload[], observedAt: Instant): Parsed => {
  const body = asObject(readJson(payloadOf(payloads, "pricing")), "pricing");
  const models = asArray(body.models, "pricing.models");
  const rows = readRows(
    models,
    modelKeys,
    (row) => readModel(row, timeOf(body.generated_at, observedAt)),
    currencyIn(body),
  );
  return { ...rows, completeness: judge(rows), fleets: models.filter(isObject).flatMap(fleetOfModel) };
};

/** When the venue says it was so, and never later than it was received. */
const timeOf = (told: unknown, received: Instant): Instant => {
  const at = Date.parse(text(told) ?? "");
  return Number.isNaN(at) ? received : Math.min(at, received);
};

const modelKeys: Keys = {
  must: ["reference_price_usd_per_gpu_hour"],
  may: { slug: ["text", "the model names it"], gpu_model: ["text", "`model` names it"] },
};

const readModel = (row: Json, generatedAt: Instant): Reading => {
  const gpuRaw = text(row.gpu_model) ?? text(row.model);
  if (gpuRaw === null) return ["no_gpu_name"];
  const counted = [row.listed_gpus, row.rented_gpus].filter((gpus) => gpus !== undefined && gpus !== null);
  if (counted.some((gpus) => (number(gpus) ?? -1) < 0)) return ["bad_gpu_count"];
  if (Number(row.rented_gpus) > Number(row.listed_gpus)) return ["bad_gpu_count"];
  const price = number(row.reference_price_usd_per_gpu_hour) ?? Number.NaN;
  return [
    {
      ...statistic(
        `reference/${text(row.slug) ?? gpuRaw}`,
        gpuRaw,
        price,
        "USD per GPU-hour, reference price",
      ),
      vramGib: positive(row.vram_gb),
      observedAt: timeOf(row.updated_at, generatedAt),
      sourceUrl: text(row.url),
    },
  ];
};

/** No node need be for rent at such a price: nodes and their prices are in the feed of the source `lium`. */
const statistic = (offerId: string, gpuRaw: string, price: number, unitRaw: string): OfferDraft => ({
  provider: "lium",
  offerId,
  gpuRaw,
  gpuCount: 1,
  purchase: "on_demand",
  priceRaw: price,
  unitRaw,
  currency: "USD",
  pricePerGpuHour: price,
  derived: true,
});

const fleetOfModel = (row: Json): FleetDraft[] => {
  const gpuRaw = text(row.gpu_model) ?? text(row.model);
  const [totalGpus, rentedGpus] = [positive(row.listed_gpus), number(row.rented_gpus)];
  return gpuRaw === null || totalGpus === null || rentedGpus === null
    ? []
    : [{ provider: "lium", gpuRaw, vramGib: positive(row.vram_gb), totalGpus, rentedGpus }];
};

/** Lium's GPUs by model, listed and rented, with a reference price: an hourly feed that the venue invites to read. */
export const liumFleet: Source = {
  id: "lium-fleet",
  name: "Lium, GPUs listed and rented",
  kind: "statistic",
  provider: "lium",
  docsUrl: "https://docs.lium.io/developers/pricing-feed",
  baseUrl: "https://lium.io",
  everyMinutes: 60,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 3,
  fetch: fetchFeed,
  parse: parseFeed,
};

const fetchMachines = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const machines = `${context.baseUrl}/api/machines`;
  return [
    await http({ name: "machines", url: machines }),
    await http({ name: "capacity", url: `${machines}/capacity` }),
  ];
};

const parseMachines = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const machines = listOf(answerOf(payloads, "machines"));
  const capacity = listOf(answerOf(payloads, "capacity"));
  if (machines === null && capacity === null)
    throw wrongShape("lium-machines", "an answer, but there is none");
  const rows = joinRows([
    readRows(machines ?? [], machineKeys, readMachine),
    readRows(capacity ?? [], { must: ["base_model", "buckets"] }, readCapacity),
  ]);
  const lost = payloads.filter((payload) => !isAnswer(payload)).map(({ name }) => name);
  const fleets = (machines ?? []).filter(isObject).flatMap(fleetOfMachine);
  return { ...rows, fleets, completeness: judge(rows, { lost }) };
};

const listOf = (payload: RawPayload | null): readonly unknown[] | null =>
  payload === null ? null : asArray(readJson(payload), payload.name);

/** The price at which the network pays hosts for a model moves between bounds; nobody can rent at it. */
const paidToHosts = "USD per GPU-hour paid to hosts";

const machineKeys: Keys = { must: ["name", "price", "rental_rate", "total_gpu_count"] };

const readMachine = (row: Json): Reading => {
  const gpuRaw = text(row.name);
  if (gpuRaw === null) return ["no_gpu_name"];
  const total = number(row.total_gpu_count);
  if (total === null || total < 0) return ["bad_gpu_count"];
  if (rateOf(row) === null) return ["bad_rental_rate"];
  const price = number(row.price) ?? Number.NaN;
  return [{ ...statistic(`network/${gpuRaw}`, gpuRaw, price, paidToHosts), scope: "machines" }];
};

/** Buckets of idle machines by size; the venue's numbers of idle GPUs are estimates. */
const readCapacity = (row: Json): Reading => {
  const gpuRaw = text(row.base_model);
  if (gpuRaw === null) return ["no_gpu_name"];
  const buckets = child(row, "buckets");
  const rows = Object.entries(buckets).map(([size, told]): OfferDraft | string => {
    const gpus = count(size);
    const bucket = isObject(told) ? told : {};
    const [price, idle] = [number(bucket.hourly_rate) ?? Number.NaN, number(bucket.unrented_count)];
    if (gpus === null) return "bad_gpu_count";
    return {
      ...statistic(`capacity/${gpuRaw}`, gpuRaw, price, paidToHosts),
      gpuCount: gpus,
      availableGpus: idle !== null && idle >= 0 ? idle : null,
      availableIs: idle !== null && idle >= 0 ? "level" : null,
      scope: "capacity",
    };
  });
  return orElse(rows, "no_buckets");
};

/** The part of a model's GPUs that is rented. */
const rateOf = (row: Json): number | null => {
  const rate = number(row.rental_rate);
  return rate === null || rate < 0 || rate > 1 ? null : rate;
};

const fleetOfMachine = (row: Json): FleetDraft[] => {
  const [gpuRaw, totalGpus, rate] = [text(row.name), positive(row.total_gpu_count), rateOf(row)];
  if (gpuRaw === null || totalGpus === null || rate === null) return [];
  return [{ provider: "lium", gpuRaw, totalGpus, rentedGpus: Math.round(rate * totalGpus) }];
};

/** Lium's supply and demand as its own site asks for it. */
export const liumMachines: Source = {
  id: "lium-machines",
  name: "Lium, supply and demand",
  kind: "statistic",
  provider: "lium",
  docsUrl: "https://lium.io/api/openapi.json",
  baseUrl: "https://lium.io",
  everyMinutes: 30,
  needs: [],
  enabledByDefault: false,
  experimental: false,
  legalNote:
    "Lium's robots.txt, as read by a third party in October 2026, keeps robots out of /api/ except for /api/public/: collect only with its permission; lium-fleet has the same numbers from the feed it offers.",
  parserVersion: 2,
  fetch: fetchMachines,
  parse: parseMachines,
};
