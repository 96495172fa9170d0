import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { type Keys, keyCheck } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import {
  asArray,
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
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({ name: "options", url: `${baseUrl}/v2/alpha/on-demand/rental-options` }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const options = asArray(readJson(payloadOf(payloads, "options")), "options").map(withoutCost);
  const rows = readRows(options, keys, readOption);
  return { ...rows, completeness: judge(rows) };
};

/** What the venue pays its supplier is in the answer by oversight; it goes nowhere, rejects included. */
const withoutCost = (option: unknown): unknown => {
  if (!isObject(option)) return option;
  const isCost = (field: string): boolean => /PerHourCents$/.test(field) && field !== "costPerHourCents";
  return Object.fromEntries(Object.entries(option).filter(([field]) => !isCost(field)));
};

const keys: Keys = {
  must: ["enabled", "costPerHourCents", "gpuType", "gpuCount", "region"],
  may: {
    gpuFormFactor: ["text", "any form"],
    machineType: ["text", "any type"],
    connectionType: ["text", "none is told"],
    nodes: ["list", "the host is not told"],
  },
  optional: { ethernetVariant: ["text", "no Ethernet"] },
};

/** An option has no id: of the one host that it may tell, these are a part of what tells it apart. */
const hostKeys: Keys = {
  must: [],
  may: {
    cpuModel: ["text", "any processor"],
    ramGb: ["number", "not told"],
    storageGb: ["number", "not told"],
  },
};

const hostFault = keyCheck(hostKeys);

const readOption = (row: Json): Reading => {
  if (row.enabled === false) return [dropped("switched_off")];
  if (row.enabled !== true) return ["no_state"];
  const [type, form, region] = [text(row.gpuType), text(row.gpuFormFactor), text(row.region)];
  const gpus = count(row.gpuCount);
  if (type === null) return ["no_gpu_name"];
  if (region === null) return ["no_region"];
  if (gpus === null) return ["bad_gpu_count"];
  if (row.connectionType === "ethernet" && row.ethernetVariant === undefined)
    return ["absent_key: ethernetVariant"];
  const fault = Array.isArray(row.nodes) && row.nodes.length === 1 ? hostFault(row.nodes[0]) : null;
  if (fault !== null) return [fault];
  const gpuRaw = form === null ? type : `${type} ${form}`;
  return [draftOf(row, gpuRaw, region, gpus)];
};

/** An option has no id: what it is made of tells it apart. */
const idOf = (row: Json, gpuRaw: string, host: Json): string =>
  [
    gpuRaw,
    row.machineType,
    row.connectionType,
    row.ethernetVariant,
    host.cpuModel,
    host.ramGb,
    host.storageGb,
  ]
    .map((part) => (typeof part === "string" || typeof part === "number" ? part : ""))
    .join("/");

const draftOf = (row: Json, gpuRaw: string, region: string, gpus: number): OfferDraft => {
  const nodes = Array.isArray(row.nodes) ? row.nodes.filter(isObject) : [];
  const host = nodes.length === 1 ? nodes[0]! : {};
  const cents = number(row.costPerHourCents) ?? Number.NaN;
  return {
    provider: "hyperbolic",
    offerId: idOf(row, gpuRaw, host),
    gpuRaw,
    gpuCount: gpus,
    purchase: "on_demand",
    priceRaw: cents,
    unitRaw: "US cents per option-hour",
    currency: "USD",
    pricePerGpuHour: perGpuHour(cents, { unit: 100, gpus }),
    includes: {
      cpuCores: positive(host.vcpuCount) ?? positive(host.cpuCount),
      ramGib: positive(host.ramGb),
      diskGib: positive(host.storageGb),
    },
    region,
    ...freeGpus(row.totalAvailable, gpus),
    interconnect: text(row.connectionType),
  };
};

/** Whether the number counts options or GPUs is not told: of larger options so many GPUs are there either way. */
const freeGpus = (told: unknown, gpus: number): Pick<OfferDraft, "availableGpus" | "availableIs"> => {
  const free = number(told);
  if (free === null || !Number.isInteger(free) || free < 0) return { availableGpus: null, availableIs: null };
  if (free === 0 || gpus === 1) return { availableGpus: free, availableIs: "exact" };
  return { availableGpus: Math.max(gpus, free), availableIs: "floor" };
};

/** Hyperbolic: its on-demand rental options. What is out of stock leaves the list. */
export const hyperbolic: Source = {
  id: "hyperbolic",
  name: "Hyperbolic",
  kind: "direct",
  provider: "hyperbolic",
  docsUrl: "https://docs.hyperbolic.xyz/docs/on-demand-gpus",
  baseUrl: "https://api.hyperbolic.ai",
  everyMinutes: 10,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 3,
  fetch,
  parse,
};
