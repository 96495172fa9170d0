import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { answerOf, isAnswer, payloadOf, tolerant } from "./pages.ts";
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
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const lists = { flavors: "core/flavors", pricebook: "pricebook", stocks: "core/stocks" } as const;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const headers = { api_key: context.keys.HYPERSTACK_API_KEY ?? "" };
  const payloads: RawPayload[] = [];
  for (const [name, path] of Object.entries(lists))
    payloads.push(await http({ name, url: `${context.baseUrl}/${path}`, headers }));
  return payloads;
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const { data } = asObject(readJson(payloadOf(payloads, "flavors")), "flavors");
  const flavors = asArray(data, "flavors.data").flatMap(flavorsOf);
  const prices = pricesOf(asArray(readJson(payloadOf(payloads, "pricebook")), "pricebook"));
  const stocks = answerOf(payloads, "stocks");
  const stock = stocks === null ? null : stockOf(asObject(readJson(stocks), "stocks").stocks);
  const rows = readRows(flavors, keys, (row) => readFlavor(row, prices, stock));
  const lost = payloads.some((payload) => !isAnswer(payload)) ? ["*"] : [];
  return { ...rows, completeness: judge(rows, { lost }) };
};

/** The flavors of a group; a group without a list stays one row, to be rejected. */
const flavorsOf = (group: unknown): readonly unknown[] =>
  isObject(group) && Array.isArray(group.flavors) ? group.flavors : [group];

/** Price by GPU as written; unreadable lines make the GPU unpriced, which the flavor tells. */
const pricesOf = (lines: readonly unknown[]): ReadonlyMap<string, unknown> =>
  new Map(lines.filter(isObject).map((line) => [text(line.name) ?? "", line.value]));

/** Free GPUs by region, model and size of machine; "25+" is at least 25. */
type Stock = ReadonlyMap<string, { readonly gpus: number; readonly floor: boolean }>;

const stockOf = (value: unknown): Stock => {
  const stock = new Map<string, { gpus: number; floor: boolean }>();
  for (const entry of asArray(value, "stocks.stocks").filter(isObject)) {
    if (entry["stock-type"] !== "GPU") continue;
    const region = text(entry.region);
    if (region === null) throw wrongShape("stocks.stocks[].region", "a name");
    for (const model of asArray(entry.models, "stocks.stocks[].models").filter(isObject)) {
      const floor = /\+$/.test(text(model.available) ?? "");
      for (const [size, machines] of Object.entries(child(model, "configurations"))) {
        const [many, free] = [count(size.replace(/x$/, "")), number(machines)];
        if (many !== null && free !== null && free >= 0)
          stock.set(keyOf(region, text(model.model) ?? "", many), { gpus: many * free, floor });
      }
    }
  }
  return stock;
};

const keyOf = (region: string, model: string, gpus: number): string => `${region}|${model}|${gpus}`;

const keys: Keys = { must: ["name", "region_name", "gpu", "gpu_count", "stock_available"] };

const readFlavor = (row: Json, prices: ReadonlyMap<string, unknown>, stock: Stock | null): Reading => {
  const [name, region, gpuRaw] = [text(row.name), text(row.region_name), text(row.gpu)];
  const gpus = number(row.gpu_count);
  if (gpus === 0 && row.gpu === "") return [dropped("no_gpu")];
  if (name === null || gpuRaw === null) return ["no_name"];
  if (region === null) return ["no_region"];
  if (count(gpus) === null) return ["bad_gpu_count"];
  if (!prices.has(gpuRaw)) return ["no_price"];
  const price = number(prices.get(gpuRaw)) ?? Number.NaN;
  const spot = gpuRaw.endsWith("-spot");
  const model = gpuRaw.replace(/-spot$/, "");
  return [
    {
      provider: "hyperstack",
      offerId: name,
      gpuRaw: model,
      gpuCount: gpus!,
      purchase: spot ? "spot" : "on_demand",
      priceRaw: price,
      unitRaw: "USD per GPU-hour",
      currency: "USD",
      pricePerGpuHour: price,
      includes: {
        cpuCores: positive(row.cpu),
        ramGib: positive(row.ram),
        diskGib: positive(row.disk),
      },
      region,
      ...freeOf(row, gpus!, spot ? undefined : stock?.get(keyOf(region, model, gpus!))),
    },
  ];
};

const freeOf = (
  row: Json,
  gpus: number,
  counted: { gpus: number; floor: boolean } | undefined,
): Pick<OfferDraft, "availableGpus" | "availableIs"> => {
  if (row.stock_available === false) return { availableGpus: 0, availableIs: "exact" };
  if (counted) return { availableGpus: counted.gpus, availableIs: counted.floor ? "floor" : "exact" };
  return row.stock_available === true ? { availableGpus: gpus, availableIs: "floor" } : {};
};

/** Hyperstack (NexGen Cloud): flavors by region, prices per GPU and free machines by size. */
export const hyperstack: Source = {
  id: "hyperstack",
  name: "Hyperstack",
  kind: "direct",
  provider: "hyperstack",
  docsUrl: "https://docs.hyperstack.cloud/docs/api-reference/",
  baseUrl: "https://infrahub-api.nexgencloud.com/v1",
  everyMinutes: 15,
  needs: ["HYPERSTACK_API_KEY"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
