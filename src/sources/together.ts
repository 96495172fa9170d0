import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import { asArray, count, type Json, judge, number, positive, readJson, readRows, text } from "./read.ts";
import { orElse, type Reading, type RowRead } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl, keys }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({
    name: "types",
    url: `${baseUrl}/v2/public/inference-instance-types`,
    headers: { authorization: `Bearer ${keys.TOGETHER_API_KEY ?? ""}` },
  }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const rows = readRows(asArray(readJson(payloadOf(payloads, "types")), "types"), keys, readType);
  return { ...rows, completeness: judge(rows) };
};

const keys: Keys = { must: ["name", "gpuType", "gpuCount", "regions", "priceCentsPerHour"] };

const readType = (row: Json): Reading => {
  const [name, gpuRaw] = [text(row.name), text(row.gpuType)];
  if (name === null) return ["no_name"];
  if (gpuRaw === null) return ["no_gpu_name"];
  const gpus = count(row.gpuCount);
  if (gpus === null) return ["bad_gpu_count"];
  if (!Array.isArray(row.regions)) return ["no_regions"];
  const cents = number(row.priceCentsPerHour) ?? Number.NaN;
  const draft: OfferDraft = {
    provider: "together",
    offerId: name,
    gpuRaw,
    vramGib: positive(row.gpuMemoryGib),
    gpuCount: gpus,
    purchase: "on_demand",
    priceRaw: cents,
    unitRaw: "US cents per instance-hour",
    currency: "USD",
    pricePerGpuHour: perGpuHour(cents, { unit: 100, gpus }),
  };
  const rows = row.regions.map((place: unknown): RowRead => {
    const region = text(place);
    return region === null ? "no_region" : { ...draft, region };
  });
  return rows.length === 0 ? [draft] : orElse(rows, "no_region");
};

/** Together AI: dedicated instances for inference. Its answers are known from other collectors' notes alone. */
export const together: Source = {
  id: "together",
  name: "Together AI",
  kind: "direct",
  provider: "together",
  docsUrl: "https://docs.together.ai/reference",
  baseUrl: "https://api.together.ai",
  everyMinutes: 120,
  needs: ["TOGETHER_API_KEY"],
  enabledByDefault: false,
  experimental: true,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
