import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
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
  optionalPrice,
  positive,
  readJson,
  readRows,
  text,
  wrongShape,
} from "./read.ts";
import { orElse, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const maxPages = 30;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const headers = { authorization: `Bearer ${context.keys.SPHERON_API_KEY ?? ""}` };
  const page = (number: number) => ({
    name: `offers-${number}`,
    url: `${context.baseUrl}/api/gpu-offers?page=${number}&limit=100`,
    headers,
  });
  const next = (payload: RawPayload, soFar: number) =>
    pagesOf(peek(payload)) > soFar ? page(soFar + 1) : null;
  return fetchPages(tolerant(context), page(1), next, maxPages);
};

const pagesOf = (body: unknown): number => (isObject(body) ? (number(body.totalPages) ?? 1) : 1);

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const pages = payloads.filter(isAnswer);
  if (pages.length === 0) throw wrongShape("offers", "an answer, but there is none");
  const bodies = pages.map((page) => asObject(readJson(page), page.name));
  const groups = bodies.flatMap((body, i) => asArray(body.data, `${pages[i]!.name}.data`));
  const rows = readRows(groups.flatMap(offersOf), keys, readOffer, currencyIn(bodies[0]!));
  const last = payloads.at(-1)!;
  const lost = isAnswer(last) ? [] : ["*"];
  const cut = isAnswer(last) && pagesOf(bodies.at(-1)) > pages.length ? ["*"] : [];
  return { ...rows, completeness: judge(rows, { lost, cut }) };
};

/** The offers of a GPU, each with its name; a group without a list stays one row, to be rejected. */
const offersOf = (group: unknown): readonly unknown[] => {
  if (!isObject(group) || !Array.isArray(group.offers)) return [group];
  return group.offers.map((offer: unknown) =>
    isObject(offer) ? { ...offer, gpuType: group.gpuType } : offer,
  );
};

const keys: Keys = {
  must: ["offerId", "provider", "gpuType", "gpuCount", "available", "instanceType", "price"],
  may: { clusters: ["list", "the place is not told"] },
  optional: {
    spot_price: ["number", "spot costs the price"],
    maintenance: ["flag", "none"],
  },
};

const readOffer = (row: Json): Reading => {
  const [id, owner, gpuRaw] = [text(row.offerId), text(row.provider), text(row.gpuType)];
  if (id === null || owner === null) return ["no_name"];
  if (gpuRaw === null) return ["no_gpu_name"];
  const gpus = count(row.gpuCount);
  if (gpus === null) return ["bad_gpu_count"];
  if (typeof row.available !== "boolean") return ["bad_availability"];
  if (row.instanceType !== "SPOT" && row.instanceType !== "DEDICATED") return ["unknown_kind"];
  const isSpot = row.instanceType === "SPOT";
  const spot = optionalPrice(row.spot_price);
  const price = isSpot && spot !== null ? spot : (number(row.price) ?? Number.NaN);
  const clusters = Array.isArray(row.clusters) ? row.clusters.map(text).filter((one) => one !== null) : [];
  const draft: OfferDraft = {
    provider: "spheron",
    upstream: owner,
    offerId: `${owner}/${id}`,
    gpuRaw,
    vramGib: positive(row.gpu_memory),
    gpuCount: gpus,
    purchase: isSpot ? "spot" : "on_demand",
    priceRaw: price,
    unitRaw: "USD per offer-hour",
    currency: "USD",
    pricePerGpuHour: perGpuHour(price, { gpus }),
    includes: { cpuCores: positive(row.vcpus), ramGib: positive(row.memory), diskGib: null },
    availableGpus: row.available && row.maintenance !== true ? gpus : 0,
    availableIs: row.available && row.maintenance !== true ? "floor" : "exact",
  };
  const placed = clusters.map((region) => ({ ...draft, region }));
  return placed.length === 0 ? [draft] : orElse(placed, "no_region");
};

/** Spheron: offers of several owners of machines. Its answers are known from other collectors' notes alone. */
export const spheron: Source = {
  id: "spheron",
  name: "Spheron",
  kind: "aggregator",
  provider: "spheron",
  docsUrl: "https://docs.spheron.ai/",
  baseUrl: "https://app.spheron.ai",
  everyMinutes: 30,
  needs: ["SPHERON_API_KEY"],
  enabledByDefault: false,
  experimental: true,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
