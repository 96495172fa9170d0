import { perGpuHour } from "../domain/money.ts";
import type { Instant } from "../domain/time.ts";
import { currencyIn } from "./currency.ts";
import type { Keys } from "./keys.ts";
import { answerOf, payloadOf, peek, tolerant } from "./pages.ts";
import {
  asObject,
  child,
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

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context, 9);
  const key = context.keys.THUNDER_API_TOKEN;
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const get = (name: string) => http({ name, url: `${context.baseUrl}/v1/${name}`, headers });
  return [await get("pricing"), await get("specs"), await get("status")];
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const { pricing: told, ...beside } = asObject(readJson(payloadOf(payloads, "pricing")), "pricing");
  const { currency, ...pricing } = asObject(told, "pricing.pricing");
  const prices = Object.entries(pricing);
  const specs = lookUp(answerOf(payloads, "specs"));
  const status = lookUp(answerOf(payloads, "status"));
  const rows = readRows(
    prices.map(([key, price]) => ({ key, price })),
    keys,
    (row) => readPrice(row, specs, status),
    currencyIn({ currency }) ?? currencyIn(beside),
  );
  const completeness = judge(rows);
  const blind = specs === null || status === null ? "memory and stock were not told" : null;
  return { ...rows, completeness: { ...completeness, note: completeness.note ?? blind } };
};

/** The object under `specs`, by configuration; null where nobody told. */
const lookUp = (payload: RawPayload | null): Json | null => {
  const body = payload === null ? null : peek(payload);
  return isObject(body) ? child(body, "specs") : null;
};

const keys: Keys = { must: ["key", "price"] };

/** Prices of things that are no configuration. */
const extras = new Set(["additional_vcpus", "disk_gb", "ephemeral_disk_gb", "snapshot_gb"]);

/** The venue's short names. Those of `specs` are left out: a listing must not change its name when these are not told. */
const names: Readonly<Record<string, string>> = {
  a100xl: "A100 80GB",
  a100: "A100 40GB",
  a6000: "RTX A6000",
  h100: "H100",
};

/** "a100xl_x2_production": two A100 of 80 GB. The mode is part of what is sold. */
const readPrice = (row: Json, specs: Json | null, status: Json | null): Reading => {
  const key = text(row.key) ?? "";
  if (extras.has(key)) return [dropped("no_gpu")];
  const [, gpu, many] = /^([a-z0-9]+)_x(\d+)_[a-z]+$/.exec(key) ?? [];
  if (gpu === undefined) return ["unknown_configuration"];
  const spec = child(specs ?? {}, key);
  const gpus = Number(many);
  const price = number(row.price) ?? Number.NaN;
  const told = text(status?.[key]);
  return [
    {
      provider: "thundercompute",
      offerId: key,
      gpuRaw: names[gpu] ?? gpu,
      vramGib: positive(spec.vramGB),
      gpuCount: gpus,
      purchase: "on_demand",
      priceRaw: price,
      unitRaw: "USD per configuration-hour",
      currency: "USD",
      pricePerGpuHour: gpus > 0 ? perGpuHour(price, { gpus }) : Number.NaN,
      // A status in words: only that there is none counts as a number.
      availableGpus: told !== null && /unavailable|out|none/i.test(told) ? 0 : null,
      availableIs: told !== null && /unavailable|out|none/i.test(told) ? "exact" : null,
    },
  ];
};

/** Thunder Compute: prices by configuration (GPU, number, mode). On demand only. */
export const thundercompute: Source = {
  id: "thundercompute",
  name: "Thunder Compute",
  kind: "direct",
  provider: "thundercompute",
  docsUrl: "https://www.thundercompute.com/docs",
  baseUrl: "https://api.thundercompute.com:8443",
  everyMinutes: 30,
  needs: [],
  wants: ["THUNDER_API_TOKEN"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
