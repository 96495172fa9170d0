import type { FleetDraft } from "../domain/fleet.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { answerOf, isAnswer, tolerant } from "./pages.ts";
import {
  asArray,
  isObject,
  type Json,
  joinRows,
  judge,
  number,
  positive,
  type RowResult,
  readJson,
  readRows,
  text,
  wrongShape,
} from "./read.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  return [
    await http({ name: "machines", url: `${context.baseUrl}/api/machines` }),
    await http({ name: "capacity", url: `${context.baseUrl}/api/capacity` }),
  ];
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const machines = listOf(answerOf(payloads, "machines"));
  const capacity = listOf(answerOf(payloads, "capacity"));
  if (machines === null && capacity === null) throw wrongShape("lium-fleet", "an answer, but there is none");
  const rows = joinRows([
    readRows(machines ?? [], (row) => readMachine(row)),
    readRows(capacity ?? [], (row) => (text(row.base_model) === null ? ["no_name"] : [])),
  ]);
  const fleets = (machines ?? []).filter(isObject).flatMap(fleetOf);
  const lost = payloads.filter((payload) => !isAnswer(payload)).map(({ name }) => name);
  const seen = (machines ?? []).length + (capacity ?? []).length;
  return { ...rows, fleets, completeness: judge(rows, { lost, seen }) };
};

const listOf = (payload: RawPayload | null): readonly unknown[] | null =>
  payload === null ? null : asArray(readJson(payload), payload.name);

/** The price that the network pays its hosts for a model moves between bounds; nobody can rent at it. */
const readMachine = (row: Json): RowResult => {
  const gpuRaw = text(row.name);
  if (gpuRaw === null) return ["no_gpu_name"];
  const total = number(row.total_gpu_count);
  const rate = number(row.rental_rate);
  if (total === null || total < 0) return ["bad_gpu_count"];
  if (rate === null || rate < 0 || rate > 1) return ["bad_rental_rate"];
  const price = number(row.price) ?? Number.NaN;
  const draft: OfferDraft = {
    provider: "lium",
    offerId: `network/${gpuRaw}`,
    gpuRaw,
    gpuCount: 1,
    purchase: "on_demand",
    priceRaw: price,
    unitRaw: "USD per GPU-hour paid to hosts",
    currency: "USD",
    pricePerGpuHour: price,
    derived: true,
    scope: "machines",
  };
  return [draft];
};

const fleetOf = (row: Json): FleetDraft[] => {
  const [gpuRaw, totalGpus, rate] = [text(row.name), positive(row.total_gpu_count), number(row.rental_rate)];
  if (gpuRaw === null || totalGpus === null || rate === null || rate < 0 || rate > 1) return [];
  return [{ provider: "lium", gpuRaw, totalGpus, rentedGpus: Math.round(rate * totalGpus) }];
};

/** Lium's supply and demand by model. Its answers are recorded; the addresses at which they were found are not. */
export const liumFleet: Source = {
  id: "lium-fleet",
  name: "Lium, supply and demand",
  kind: "statistic",
  provider: "lium",
  docsUrl: "https://docs.lium.io",
  baseUrl: "https://lium.io",
  everyMinutes: 30,
  needs: [],
  enabledByDefault: false,
  experimental: true,
  legalNote: null,
  parserVersion: 1,
  fetch,
  parse,
};
