import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { currencyIn } from "./currency.ts";
import { type Keys, keyCheck } from "./keys.ts";
import { answerOf, fetchPages, isAnswer, peek, tolerant } from "./pages.ts";
import {
  asArray,
  asObject,
  child,
  count,
  country,
  isObject,
  type Json,
  joinRows,
  judge,
  number,
  optionalPrice,
  positive,
  readJson,
  readRows,
  text,
  wrongShape,
} from "./read.ts";
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, Http, Parsed, RawPayload, Source } from "./source.ts";

const pageSize = 100;
const maxPages = 50;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = again(tolerant(context));
  const headers = { authorization: `Bearer ${context.keys.PRIMEINTELLECT_API_KEY ?? ""}` };
  const base = `${context.baseUrl}/api/v1/availability`;
  const page = (number: number) => ({
    name: `gpus-${number}`,
    url: `${base}/gpus?page=${number}&page_size=${pageSize}`,
    headers,
  });
  const next = (payload: RawPayload, soFar: number) => {
    const body = peek(payload);
    const full = isObject(body) && Array.isArray(body.items) && body.items.length > 0;
    return full && soFar * pageSize < (number(body.totalCount) ?? 0) ? page(soFar + 1) : null;
  };
  const pages = await fetchPages(http, page(1), next, maxPages);
  return [...pages, await http({ name: "summary", url: `${base}/gpu-summary`, headers })];
};

/** A bad replica answers 200 with nothing in it; the next one may know. */
const again =
  (http: Http): Http =>
  async (request) => {
    const first = await http(request);
    return isAnswer(first) && isHollow(first) ? http(request) : first;
  };

const isHollow = (payload: RawPayload): boolean => {
  const body = peek(payload);
  return payload.body.trim() === "" || (isObject(body) && Object.keys(body).length === 0);
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const pages = payloads.filter(({ name }) => name.startsWith("gpus-"));
  const told = pages.filter((page) => isAnswer(page) && !isHollow(page));
  if (told.length === 0) throw wrongShape("gpus", "an answer with items, but there is none");
  const bodies = told.map((page) => asObject(readJson(page), page.name));
  const rows = joinRows(
    bodies.map((body, i) => readRows(asArray(body.items, told[i]!.name), keys, readItem)),
  );
  const items = bodies.reduce((sum, body) => sum + (body.items as unknown[]).length, 0);
  const totals = bodies.flatMap((body) => number(body.totalCount) ?? []);
  const total = totals.length === 0 ? null : Math.max(...totals);
  const unseen = unseenGpus(answerOf(payloads, "summary"), bodies);
  const lost = told.length < pages.length || total === null ? ["*"] : [];
  const cut = (total !== null && items < total) || unseen.length > 0 ? ["*"] : [];
  const completeness = judge(rows, { lost, cut, seen: items - rows.offers.length });
  const note = unseen.length > 0 ? `the summary also has ${unseen.join(", ")}` : null;
  return { ...rows, completeness: { ...completeness, note: note ?? completeness.note } };
};

/** GPUs that the one-call summary knows and the pages lack. */
const unseenGpus = (summary: RawPayload | null, pages: readonly Json[]): string[] => {
  const known = summary === null ? null : peek(summary);
  if (!isObject(known)) return [];
  const seen = new Set(
    pages.flatMap(({ items }) =>
      (items as unknown[]).map((item) => (isObject(item) ? text(item.gpuType) : null)),
    ),
  );
  return Object.keys(known).filter((gpu) => gpu !== "CPU_NODE" && isObject(known[gpu]) && !seen.has(gpu));
};

const keys: Keys = {
  must: ["cloudId", "gpuType", "provider"],
};

/** What a row with GPUs must have beside them; one of CPUs has less. */
const gpuKeys = keyCheck({
  must: ["gpuCount", "security", "prices.onDemand"],
  may: {
    isSpot: ["flag", "on demand"],
    "prices.communityPrice": ["number", "no price of a community"],
    socket: ["text", "the form is not told"],
    stockStatus: ["text", "stock is not told"],
    region: ["text", "the region is not told"],
    dataCenter: ["text", "the region tells the place"],
  },
});

const levels: ReadonlySet<string | null> = new Set([
  null,
  "Available",
  "Low",
  "Medium",
  "High",
  "Unavailable",
]);

const readItem = (row: Json): Reading => {
  const [id, model, owner] = [text(row.cloudId), text(row.gpuType), text(row.provider)];
  if (model === "CPU_NODE") return [dropped("no_gpu")];
  const fault = gpuKeys(row);
  if (fault !== null) return [fault];
  if (id === null || owner === null) return ["no_name"];
  if (model === null) return ["no_gpu_name"];
  const gpus = count(row.gpuCount);
  if (gpus === null) return ["bad_gpu_count"];
  const tier = { secure_cloud: "secure", community_cloud: "community" } as const;
  const security = tier[String(row.security) as keyof typeof tier];
  if (security === undefined) return ["unknown_tier"];
  if (!levels.has(text(row.stockStatus))) return ["bad_availability"];
  const prices = child(row, "prices");
  const price = optionalPrice(prices.communityPrice) ?? number(prices.onDemand) ?? Number.NaN;
  const draft = draftOf(row, `${owner}/${id}`, model, gpus, price);
  return [{ ...draft, upstream: owner, tier: security, ...freeOf(text(row.stockStatus), gpus) }];
};

/** Levels of stock: only "Unavailable" is a number, the others mean at least one. */
const freeOf = (level: string | null, gpus: number): Pick<OfferDraft, "availableGpus" | "availableIs"> => {
  if (level === "Unavailable") return { availableGpus: 0, availableIs: "exact" };
  return level === null ? {} : { availableGpus: gpus, availableIs: "floor" };
};

const draftOf = (row: Json, offerId: string, model: string, gpus: number, price: number): OfferDraft => {
  const memory = positive(row.gpuMemory);
  const socket = text(row.socket);
  return {
    provider: "primeintellect",
    offerId,
    gpuRaw: socket === null ? model : `${model} ${socket}`,
    // The venue tells the memory of all GPUs together.
    vramGib: memory === null ? null : memory / gpus,
    gpuCount: gpus,
    purchase: row.isSpot === true ? "spot" : "on_demand",
    priceRaw: price,
    unitRaw: "per node-hour",
    currency: currencyIn(child(row, "prices")) ?? "USD",
    pricePerGpuHour: perGpuHour(price, { gpus }),
    includes: {
      cpuCores: positive(child(row, "vcpu").defaultCount),
      ramGib: positive(child(row, "memory").defaultCount),
      diskGib: null,
    },
    region: text(row.dataCenter) ?? text(row.region),
    country: country(row.country),
    interconnect: text(row.interconnectType),
  };
};

/** Prime Intellect: GPUs of many clouds in pages, checked against its one-call summary. */
export const primeintellect: Source = {
  id: "primeintellect",
  name: "Prime Intellect",
  kind: "aggregator",
  provider: "primeintellect",
  docsUrl: "https://docs.primeintellect.ai/api-reference/availability",
  baseUrl: "https://api.primeintellect.ai",
  everyMinutes: 15,
  needs: ["PRIMEINTELLECT_API_KEY"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
