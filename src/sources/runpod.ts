import type { OfferDraft } from "../domain/offer.ts";
import type { Tier } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { currencyIn } from "./currency.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import {
  asArray,
  asObject,
  count,
  type Json,
  judge,
  optionalPrice,
  positive,
  readJson,
  readRows,
  text,
} from "./read.ts";
import { dropped, orElse, type Reading, type RowRead } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const query = `query {
  gpuTypes {
    id displayName manufacturer memoryInGb maxGpuCount minPodGpuCount secureCloud communityCloud
    securePrice communityPrice secureSpotPrice communitySpotPrice
    lowestPrice(input: { gpuCount: 1 }) { stockStatus }
  }
}`;

const fetch = async ({ http, baseUrl }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({ name: "gpu-types", url: `${baseUrl}/graphql`, method: "POST", json: { query } }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const body = asObject(readJson(payloadOf(payloads, "gpu-types")), "gpu-types");
  const data = asObject(body.data, "gpu-types.data");
  const types = asArray(data.gpuTypes, "gpu-types.data.gpuTypes");
  const rows = readRows(types, keys, readType, currencyIn(data) ?? currencyIn(body));
  return { ...rows, completeness: judge(rows) };
};

/** All of them were asked for, and the venue answers with what it was asked. */
const keys: Keys = {
  must: ["id", "displayName", "securePrice", "communityPrice", "secureSpotPrice", "communitySpotPrice"],
  may: {
    secureCloud: ["flag", "the price decides"],
    communityCloud: ["flag", "the price decides"],
  },
  optional: { minPodGpuCount: ["number", "one GPU can be had"] },
};

const readType = (row: Json): Reading => {
  const id = text(row.id);
  if (id === "unknown") return [dropped("unnamed")];
  if (id === null || text(row.displayName) === null) return ["no_name"];
  const rows = [
    ...sold(row, "secure", row.secureCloud, row.securePrice, row.secureSpotPrice),
    ...sold(row, "community", row.communityCloud, row.communityPrice, row.communitySpotPrice),
  ];
  return orElse(rows, dropped("not_offered"));
};

/** 0 and null are "not offered here". A spot price that is not below the list price carries no news. */
const sold = (row: Json, tier: Tier, offered: unknown, list: unknown, bid: unknown): readonly RowRead[] => {
  if (offered === false) return [];
  const price = optionalPrice(list);
  if (price === null) return [];
  // Without a list price nobody can say whether the other is below it.
  if (!(price > 0)) return ["bad_price"];
  const spot = optionalPrice(bid);
  const onDemand = draftOf(row, tier, price);
  return spot === null || spot >= price
    ? [onDemand]
    : [onDemand, { ...draftOf(row, tier, spot), purchase: "spot" }];
};

const draftOf = (row: Json, tier: Tier, price: number): OfferDraft => ({
  provider: "runpod",
  offerId: text(row.id)!,
  instanceType: text(row.id),
  gpuRaw: text(row.displayName)!,
  vramGib: positive(row.memoryInGb),
  gpuCount: count(row.minPodGpuCount) ?? 1,
  purchase: "on_demand",
  tier,
  priceRaw: price,
  unitRaw: "USD per GPU-hour",
  currency: "USD",
  pricePerGpuHour: price,
  // stockStatus is a level (High, Low), no number of GPUs.
  availableGpus: null,
});

/** RunPod: list prices of its data centres and of its community, per GPU. */
export const runpod: Source = {
  id: "runpod",
  name: "RunPod",
  kind: "marketplace",
  provider: "runpod",
  docsUrl: "https://docs.runpod.io/sdks/graphql/manage-pods",
  baseUrl: "https://api.runpod.io",
  everyMinutes: 15,
  needs: [],
  enabledByDefault: false,
  experimental: false,
  legalNote:
    "RunPod's terms of 2026-03-24, as read by a third party, bar automated access and systematic retrieval: collect only with its permission.",
  parserVersion: 3,
  fetch,
  parse,
};
