import type { OfferDraft } from "../domain/offer.ts";
import type { Tier } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { currencyIn, inCurrency } from "./currency.ts";
import type { Keys } from "./keys.ts";
import { isAnswer, payloadOf, tolerant } from "./pages.ts";
import {
  asArray,
  asObject,
  child,
  type Json,
  judge,
  optionalPrice,
  positive,
  readJson,
  readRows,
  text,
} from "./read.ts";
import { dropped, orElse, type Reading, type RowRead } from "./reading.ts";
import { runpod } from "./runpod.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const headers = { authorization: `Bearer ${context.keys.RUNPOD_API_KEY ?? ""}` };
  const get = (name: string, path: string) =>
    http({ name, url: `${context.baseUrl}/v2/catalog/${path}`, headers });
  return [
    await get("gpus", "gpus?include=AVAILABILITY&product=POD"),
    await get("datacenters", "datacenters?include=GPU_AVAILABILITY"),
  ];
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const body = asObject(readJson(payloadOf(payloads, "gpus")), "gpus");
  const rows = readRows(asArray(body.gpus, "gpus.gpus"), keys, readGpu, currencyIn(body));
  // The data centres say the same of availability; that they answer is a check of it.
  const lost = payloads.some((payload) => !isAnswer(payload)) ? ["datacenters"] : [];
  return { ...rows, completeness: judge(rows, { lost }) };
};

const keys: Keys = {
  must: ["id", "name", "availability", "secure", "community"],
  may: {
    "price.secure": ["number", "not offered there"],
    "price.community": ["number", "not offered there"],
  },
};

const levels = new Set(["NONE", "LOW", "MEDIUM", "HIGH"]);

/** maxCount is a ceiling on an order and no stock; 0 and null are "not offered here". */
const readGpu = (row: Json): Reading => {
  const [id, name, level] = [text(row.id), text(row.name), text(row.availability)];
  if (id === null || name === null) return ["no_name"];
  if (level === null || !levels.has(level)) return ["bad_availability"];
  const prices = child(row, "price");
  const rows = (["secure", "community"] as const).flatMap((tier): readonly RowRead[] => {
    if (row[tier] === false) return [];
    if (row[tier] !== true) return ["unknown_tier"];
    const price = optionalPrice(prices[tier]);
    if (price === null) return [];
    return [inCurrency(draftOf(row, id, name, tier, price, level), currencyIn(prices))];
  });
  return orElse(rows, dropped("not_offered"));
};

const draftOf = (
  row: Json,
  id: string,
  name: string,
  tier: Tier,
  price: number,
  level: string,
): OfferDraft => ({
  provider: "runpod",
  offerId: id,
  instanceType: id,
  gpuRaw: name,
  vramGib: positive(row.memory),
  gpuCount: 1,
  purchase: "on_demand",
  tier,
  priceRaw: price,
  unitRaw: "USD per GPU-hour",
  currency: "USD",
  pricePerGpuHour: price,
  // The level is that of both tiers together, and LOW, MEDIUM and HIGH are no numbers.
  availableGpus: level === "NONE" ? 0 : null,
  availableIs: level === "NONE" ? "exact" : null,
});

/** RunPod's REST catalog, which is to replace its GraphQL: list prices of both tiers with a level of stock. */
export const runpodCatalog: Source = {
  id: "runpod-catalog",
  name: "RunPod catalog",
  kind: "direct",
  provider: "runpod",
  docsUrl: "https://docs.runpod.io/api-reference",
  baseUrl: "https://api.runpod.io",
  everyMinutes: 15,
  needs: ["RUNPOD_API_KEY"],
  enabledByDefault: false,
  experimental: false,
  legalNote: runpod.legalNote,
  parserVersion: 3,
  fetch,
  parse,
};
