import { perGpuHour } from "../domain/money.ts";
import type { Instant } from "../domain/time.ts";
import { currencyIn } from "./currency.ts";
import type { Keys } from "./keys.ts";
import { byScope, fetchPages, isAnswer, peek, tolerant } from "./pages.ts";
import {
  asArray,
  asObject,
  count,
  country,
  isObject,
  type Json,
  joinRows,
  judge,
  number,
  positive,
  type Rows,
  readJson,
  readRows,
  text,
  wrongShape,
} from "./read.ts";
import { dropped, type Reading, type RowRead } from "./reading.ts";
import { repeatRule } from "./repeats.ts";
import type { FetchContext, HttpRequest, Parsed, RawPayload, Source } from "./source.ts";

/** GPU names as Vast spells them; a wrong one answers with no rows and no error. */
const models: readonly string[] = [
  ...["B300", "B200", "H200", "H200 NVL", "H100 SXM", "H100 NVL", "H100 PCIE", "GH200 SXM", "MI300X"],
  ...["A100 SXM4", "A100 PCIE", "A40", "A10", "L40S", "L40", "L4", "Tesla V100", "Tesla T4"],
  ...[
    "RTX PRO 6000 S",
    "RTX PRO 6000 WS",
    "RTX 6000Ada",
    "RTX 5000Ada",
    "RTX A6000",
    "RTX A5000",
    "RTX A4000",
  ],
  ...["Q RTX 8000", "RTX 5090", "RTX 5080", "RTX 4090", "RTX 4080S", "RTX 4080", "RTX 3090", "RTX 3090 Ti"],
];

const limit = 128;
/** Row counts at which the answer was cut: our limit and the two at which the server has been seen to cut. */
const cutAt = new Set([64, 128, limit]);
const maxPagesPerModel = 6;
/** The documented limit is ten searches a minute. */
const gapMs = 6_000;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const payloads: RawPayload[] = [];
  for (const model of models) {
    // The order is the price of all GPUs together, so a cut takes off big machines of any price per GPU: it is read on
    // from the last price, at most some pages, and a model that is cut even then is blind at any price.
    const next = (page: RawPayload, soFar: number): HttpRequest | null => {
      const last = lastPrice(page);
      return last === null ? null : search(context.baseUrl, model, soFar + 1, last);
    };
    payloads.push(...(await fetchPages(http, search(context.baseUrl, model, 1, 0), next, maxPagesPerModel)));
  }
  return payloads;
};

/** Every default of the server is written out, so that what was asked for is known. */
const search = (baseUrl: string, model: string, page: number, from: number): HttpRequest => ({
  name: `${model}-${page}`,
  url: `${baseUrl}/bundles/`,
  method: "POST",
  gapMs,
  json: {
    gpu_name: { eq: model },
    num_gpus: { gte: 1 },
    rentable: { eq: true },
    rented: { eq: false },
    external: { eq: false },
    verified: {},
    type: "on-demand",
    dph_total: { gte: from },
    order: [["dph_total", "asc"]],
    allocated_storage: 8,
    limit,
  },
});

const offersOf = (body: unknown): readonly unknown[] =>
  isObject(body) && Array.isArray(body.offers) ? body.offers : [];

/** Total price of the last row of a full page, from which to read on; null when the page was not full. */
const lastPrice = (page: RawPayload): number | null => {
  const rows = offersOf(peek(page));
  const last = rows.at(-1);
  return cutAt.has(rows.length) && isObject(last) ? number(last.dph_total) : null;
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  if (!payloads.some(isAnswer))
    throw wrongShape("vast", "an answer for at least one model, but there is none");
  const parts: Rows[] = [];
  const lost: string[] = [];
  const cut: string[] = [];
  for (const [model, pages] of byScope(payloads)) {
    const answers = pages.filter(isAnswer);
    const found = answers.map((page) =>
      asArray(asObject(readJson(page), page.name).offers, `${page.name}.offers`),
    );
    const again = repeatRule(idOf, (row) => row.dph_base);
    const read = (row: Json): Reading => [again(row) ?? readOffer(row, model)];
    parts.push(readRows(found.flat(), keys, read, currencyOf(answers)));
    // No rows may be a changed name as well as a sold-out model, and is no proof of either.
    if (answers.length < pages.length || found.flat().length === 0) lost.push(model);
    else if (cutAt.has(found.at(-1)!.length)) cut.push(model);
  }
  const rows = joinRows(parts);
  return { ...rows, completeness: judge(rows, { lost, cut }) };
};

const keys: Keys = {
  must: ["id", "machine_id", "gpu_name", "num_gpus", "dph_base"],
  may: {
    geolocation: ["text", "the place is not told"],
    hosting_type: ["number", "a host of the community"],
    is_bid: ["flag", "an ask"],
    rentable: ["flag", "it can be rented"],
    rented: ["flag", "it is free"],
  },
};

const idOf = (row: Json): string | null => (row.id == null ? null : String(row.id));

const currencyOf = (answers: readonly RawPayload[]): string | null => {
  const [body] = answers.map(peek).filter(isObject);
  return body === undefined ? null : currencyIn(body);
};

// min_bid is the least bid that is taken, not what anyone asks: it is no offer.
const readOffer = (row: Json, scope: string): RowRead => {
  const id = number(row.id);
  const machine = number(row.machine_id);
  const gpuRaw = text(row.gpu_name);
  const gpus = count(row.num_gpus);
  if (id === null || machine === null || gpuRaw === null) return "no_name";
  if (row.is_bid === true) return dropped("bid_floor");
  if (gpus === null) return "bad_gpu_count";
  const price = number(row.dph_base) ?? Number.NaN;
  const memory = positive(row.gpu_ram);
  const place = text(row.geolocation);
  const isFree = row.rentable !== false && row.rented !== true;
  return {
    provider: "vast",
    offerId: String(id),
    machineId: String(machine),
    gpuRaw,
    vramGib: memory === null ? null : memory / 1024,
    evidence: { powerW: positive(row.gpu_max_power), nvlink: isLinked(row) },
    gpuCount: gpus,
    machineShare: positive(row.gpu_frac),
    purchase: "on_demand",
    tier: row.hosting_type === 1 ? "secure" : "community",
    priceRaw: price,
    unitRaw: "USD per offer-hour without disk (dph_base)",
    currency: "USD",
    pricePerGpuHour: perGpuHour(price, { gpus }),
    includes: { cpuCores: positive(row.cpu_cores_effective), ramGib: ramOf(row), diskGib: null },
    region: place,
    country: country(place?.split(",").at(-1)),
    availableGpus: isFree ? gpus : 0,
    availableIs: "exact",
    reliability: number(row.reliability2) ?? number(row.reliability),
    minBidPerGpuHour: positive(row.min_bid) === null ? null : perGpuHour(positive(row.min_bid)!, { gpus }),
    scope,
  };
};

/** Bandwidth that Vast measured over NVLink; it measures 0 where it saw no link. */
const isLinked = (row: Json): boolean | null => {
  const bandwidth = number(row.bw_nvlink);
  return bandwidth === null ? null : bandwidth > 0;
};

/** RAM of the offer: the machine's RAM by its part of the machine's cores. */
const ramOf = (row: Json): number | null => {
  const [ramMb, used, all] = [
    positive(row.cpu_ram),
    positive(row.cpu_cores_effective),
    positive(row.cpu_cores),
  ];
  return ramMb === null || used === null || all === null ? null : (ramMb / 1024) * (used / all);
};

/** Vast.ai: asks of hosts, one search a GPU model. */
export const vast: Source = {
  id: "vast",
  name: "Vast.ai",
  kind: "marketplace",
  provider: "vast",
  docsUrl: "https://docs.vast.ai/api-reference/search/search-offers",
  baseUrl: "https://console.vast.ai/api/v0",
  everyMinutes: 10,
  needs: [],
  enabledByDefault: false,
  experimental: false,
  legalNote:
    "Vast.ai's terms of 2026-09-01, as read by a third party, bar robots and use of its data for an index, benchmark or price comparison without a licence (data@vast.ai).",
  parserVersion: 3,
  fetch,
  parse,
};
