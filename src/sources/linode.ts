import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { byScope, fetchPages, isAnswer, peek, tolerant } from "./pages.ts";
import {
  asArray,
  asObject,
  child,
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
import { dropped, orElse, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const lists = { types: "/v4/linode/types", stock: "/v4/regions/availability" } as const;
const maxPages = 20;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const payloads: RawPayload[] = [];
  for (const [scope, path] of Object.entries(lists)) {
    const page = (number: number) => ({
      name: `${scope}-${number}`,
      url: `${context.baseUrl}${path}?page_size=500&page=${number}`,
    });
    const next = (payload: RawPayload, soFar: number) => (hasNext(peek(payload)) ? page(soFar + 1) : null);
    payloads.push(...(await fetchPages(http, page(1), next, maxPages)));
  }
  return payloads;
};

const hasNext = (body: unknown): boolean =>
  isObject(body) && (number(body.pages) ?? 1) > (number(body.page) ?? 1);

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const scopes = byScope(payloads);
  const types = readList(scopes.get("types") ?? []);
  if (types === null) throw wrongShape("types", "an answer, but there is none");
  const stock = readList(scopes.get("stock") ?? []);
  const places = stock === null ? null : placesOf(stock.rows);
  const rows = readRows(types.rows, keys, (row) => readType(row, places));
  const lost = types.lost || stock === null || stock.lost ? ["*"] : [];
  const cut = types.cut || stock?.cut ? ["*"] : [];
  return { ...rows, completeness: judge(rows, { lost, cut }) };
};

interface List {
  readonly rows: readonly unknown[];
  readonly lost: boolean;
  readonly cut: boolean;
}

const readList = (payloads: readonly RawPayload[]): List | null => {
  const pages = payloads.filter(isAnswer);
  const last = payloads.at(-1);
  if (pages.length === 0 || last === undefined) return null;
  const bodies = pages.map((page) => asObject(readJson(page), page.name));
  const rows = bodies.flatMap((body, i) => asArray(body.data, `${pages[i]!.name}.data`));
  return { rows, lost: !isAnswer(last), cut: isAnswer(last) && hasNext(bodies.at(-1)) };
};

/** Regions by plan, and whether the plan can be had there; null where nobody told. */
type Places = ReadonlyMap<string, ReadonlyMap<string, boolean>> | null;

const placesOf = (rows: readonly unknown[]): Places => {
  const places = new Map<string, Map<string, boolean>>();
  for (const row of rows) {
    const { plan, region, available } = asObject(row, "stock[]");
    const [planName, regionName] = [text(plan), text(region)];
    if (planName === null || regionName === null || typeof available !== "boolean")
      throw wrongShape("stock[]", "a plan, a region and whether it is available");
    const known = places.get(planName) ?? new Map<string, boolean>();
    places.set(planName, known.set(regionName, available));
  }
  return places;
};

const keys: Keys = {
  must: ["id", "label", "gpus", "region_prices", "price.hourly"],
  may: { class: ["text", "the number of GPUs decides"] },
};

const readType = (row: Json, places: Places): Reading => {
  const id = text(row.id);
  const gpus = number(row.gpus);
  if (gpus === 0 && row.class !== "gpu" && !/gpu/.test(id ?? "")) return [dropped("no_gpu")];
  if (id === null || text(row.label) === null) return ["no_name"];
  if (gpus === null || count(gpus) === null) return ["bad_gpu_count"];
  const regional = Array.isArray(row.region_prices) ? row.region_prices.filter(isObject) : null;
  if (regional === null) return ["no_region_prices"];
  const prices = new Map(regional.map((each) => [text(each.id), each.hourly]));
  if (prices.has(null)) return ["no_region"];
  const base = child(row, "price").hourly;
  const stock = places?.get(id);
  if (stock === undefined)
    return [
      draftOf(row, gpus, base),
      ...[...prices].map(([region, price]) => ({ ...draftOf(row, gpus, price), region: region! })),
    ];
  const placed = [...stock].map(([region, available]) => ({
    ...draftOf(row, gpus, prices.has(region) ? prices.get(region) : base),
    region,
    availableGpus: available ? gpus : 0,
    availableIs: available ? ("floor" as const) : ("exact" as const),
  }));
  return orElse(placed, "no_region");
};

/** "Dedicated 32GB + RTX6000 GPU x1" and "RTX4000 Ada x1 Small" are RTX6000 and RTX4000 Ada. */
const gpuOf = (label: string): string =>
  label.replace(/^.*\+\s*/, "").replace(/\s*(GPU)?\s*x\d+.*$/i, "") || label;

const draftOf = (row: Json, gpus: number, price: unknown): OfferDraft => {
  const hourly = number(price) ?? Number.NaN;
  const [memory, disk] = [positive(row.memory), positive(row.disk)];
  return {
    provider: "linode",
    offerId: text(row.id)!,
    instanceType: text(row.id),
    gpuRaw: gpuOf(text(row.label)!),
    gpuCount: gpus,
    purchase: "on_demand",
    priceRaw: hourly,
    unitRaw: "USD per instance-hour",
    currency: "USD",
    pricePerGpuHour: perGpuHour(hourly, { gpus }),
    includes: {
      cpuCores: positive(row.vcpus),
      ramGib: memory === null ? null : memory / 1024,
      diskGib: disk === null ? null : disk / 1024,
    },
  };
};

/** Linode (Akamai): GPU plans with the prices of dearer regions, and where they can be had now. */
export const linode: Source = {
  id: "linode",
  name: "Linode (Akamai)",
  kind: "direct",
  provider: "linode",
  docsUrl: "https://techdocs.akamai.com/linode-api/reference/get-linode-types",
  baseUrl: "https://api.linode.com",
  everyMinutes: 60,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
