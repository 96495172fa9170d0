import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { currencyIn, inCurrency } from "./currency.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import {
  asArray,
  asObject,
  child,
  isObject,
  type Json,
  judge,
  number,
  readJson,
  readRows,
  text,
} from "./read.ts";
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({ name: "gpu-prices", url: `${baseUrl}/v1/gpu-prices` }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const body = asObject(readJson(payloadOf(payloads, "gpu-prices")), "gpu-prices");
  const rows = readRows(asArray(body.models, "gpu-prices.models"), keys, readModel);
  return { ...rows, completeness: judge(rows) };
};

const keys: Keys = {
  must: ["vendor", "model", "availability.available"],
  may: {
    ram: ["text", "any memory"],
    interface: ["text", "any form"],
    price: ["object", "nobody bid on it in the last month"],
  },
};

const readModel = (row: Json): Reading => {
  const model = text(row.model);
  if (model === null || text(row.vendor) === null) return ["no_name"];
  if (!isObject(row.price)) return [dropped("no_bids")];
  const form = text(row.interface);
  const memory = text(row.ram);
  const price = number(row.price.weightedAverage) ?? Number.NaN;
  const free = number(child(row, "availability").available);
  const draft: OfferDraft = {
    provider: "akash",
    offerId: [text(row.vendor), model, memory, form].filter((part) => part !== null).join("-"),
    gpuRaw: form !== null && inBothForms.test(model) ? `${model} ${form}` : model,
    vramGib: gibOf(memory),
    gpuCount: 1,
    purchase: "on_demand",
    priceRaw: price,
    unitRaw: "USD per GPU-hour, weighted average of recent single-GPU bids",
    currency: "USD",
    pricePerGpuHour: price,
    derived: true,
    availableGpus: free,
    availableIs: free === null ? null : "exact",
  };
  return [inCurrency(draft, currencyIn(row.price))];
};

/** Cards that are made for a socket and for a slot, which Akash tells apart by `interface`. */
const inBothForms = /^(a100|a800|h100|h200|h800|p100|v100)$/i;

const gibOf = (memory: string | null): number | null => {
  const gib = /^(\d+(?:\.\d+)?)Gi$/.exec(memory ?? "")?.[1];
  return gib === undefined ? null : Number(gib);
};

/** Akash console: statistics of bids, never an offer; the free GPUs are real. */
export const akash: Source = {
  id: "akash",
  name: "Akash Network",
  kind: "statistic",
  provider: "akash",
  docsUrl: "https://console-api.akash.network/v1/doc",
  baseUrl: "https://console-api.akash.network",
  everyMinutes: 15,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
