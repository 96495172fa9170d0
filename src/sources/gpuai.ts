import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Tier } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { currencyIn } from "./currency.ts";
import type { Keys } from "./keys.ts";
import { fetchPages, isAnswer, peek, tolerant } from "./pages.ts";
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
  wrongShape,
} from "./read.ts";
import type { Reading } from "./reading.ts";
import { repeatRule } from "./repeats.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const maxPages = 20;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const page = (number: number, cursor: string | null) => ({
    name: `pricing-${number}`,
    url: `${context.baseUrl}/v1/pricing?limit=200${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
  });
  const next = (payload: RawPayload, soFar: number) => {
    const cursor = cursorOf(peek(payload));
    return cursor === null ? null : page(soFar + 1, cursor);
  };
  return fetchPages(tolerant(context), page(1, null), next, maxPages);
};

const cursorOf = (body: unknown): string | null => (isObject(body) ? text(body.next_cursor) : null);

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const pages = payloads.filter(isAnswer);
  if (pages.length === 0) throw wrongShape("pricing", "an answer, but there is none");
  const bodies = pages.map((page) => asObject(readJson(page), page.name));
  const offerings = bodies.flatMap((body, i) => asArray(body.data, `${pages[i]!.name}.data`));
  const again = repeatRule(
    (row) => text(row.offering_id),
    (row) => row.price_per_hour,
  );
  const read = (row: Json): Reading => [again(row) ?? readOffering(row)];
  const rows = readRows(offerings, keys, read, currencyIn(bodies[0]!));
  const last = payloads.at(-1)!;
  const lost = isAnswer(last) ? [] : ["*"];
  const cut = isAnswer(last) && cursorOf(bodies.at(-1)) !== null ? ["*"] : [];
  return { ...rows, completeness: judge(rows, { lost, cut }) };
};

const keys: Keys = {
  must: ["offering_id", "gpu_type", "gpu_count", "tier", "available", "price_per_hour"],
  may: { capacity_class: ["text", "no class is told"], region: ["text", "anywhere"] },
};

const tiers: Readonly<Record<string, Tier | null>> = { secure: "secure", community: "community", "": null };

const readOffering = (row: Json): OfferDraft | string => {
  const [id, gpuRaw] = [text(row.offering_id), text(row.gpu_type)];
  if (id === null) return "no_name";
  if (gpuRaw === null) return "no_gpu_name";
  const gpus = count(row.gpu_count);
  if (gpus === null) return "bad_gpu_count";
  if (row.tier !== "on_demand" && row.tier !== "spot") return "unknown_kind";
  const tier = tiers[String(row.capacity_class ?? "")];
  if (tier === undefined) return "unknown_tier";
  const free = number(row.available);
  if (free === null || free < 0 || !Number.isInteger(free)) return "bad_availability";
  const price = number(row.price_per_hour) ?? Number.NaN;
  return {
    provider: "gpuai",
    offerId: id,
    gpuRaw,
    gpuCount: gpus,
    purchase: row.tier,
    tier,
    priceRaw: price,
    unitRaw: "USD per configuration-hour",
    currency: "USD",
    pricePerGpuHour: perGpuHour(price, { gpus }),
    includes: {
      cpuCores: positive(row.cpu_cores),
      ramGib: positive(row.ram_gb),
      diskGib: positive(row.storage_gb),
    },
    region: text(row.region),
    // The number counts configurations, each with all its GPUs.
    availableGpus: free * gpus,
    availableIs: "exact",
  };
};

/** GPU.ai: configurations it resells; who owns them is not told. */
export const gpuai: Source = {
  id: "gpuai",
  name: "GPU.ai",
  kind: "aggregator",
  provider: "gpuai",
  docsUrl: "https://api.gpu.ai/v1/openapi.json",
  baseUrl: "https://api.gpu.ai",
  everyMinutes: 15,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 3,
  fetch,
  parse,
};
