import { createHmac } from "node:crypto";
import { parse as parseCsv } from "csv-parse/sync";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { answerOf, isAnswer, payloadOf, tolerant } from "./pages.ts";
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
import { dropped, orElse, type Reading } from "./reading.ts";
import type { FetchContext, HttpRequest, Parsed, RawPayload, Source } from "./source.ts";

const version = "/v1alpha5";
const table = "crusoe-prices.csv";

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const project = encodeURIComponent(context.keys.CRUSOE_PROJECT_ID ?? "");
  return [
    await http(signed(context, "types", `/projects/${project}/compute/vms/types`)),
    await http(signed(context, "capacities", "/capacities")),
    {
      name: "prices",
      url: `data/${table}`,
      status: 200,
      contentType: "text/csv",
      body: await context.readData(table),
      fetchedAt: context.clock(),
    },
  ];
};

/** What is signed is the path, the sorted query (none here), the method and the time, a line each. */
const signed = ({ baseUrl, keys, clock }: FetchContext, name: string, path: string): HttpRequest => {
  const time = new Date(Math.floor(clock() / 1000) * 1000).toISOString().replace(".000Z", "+00:00");
  const secret = Buffer.from(keys.CRUSOE_SECRET_KEY ?? "", "base64url");
  const words = `${version}${path}\n\nGET\n${time}\n`;
  const signature = createHmac("sha256", secret).update(words).digest("base64url");
  const authorization = `Bearer 1.0:${keys.CRUSOE_ACCESS_KEY ?? ""}:${signature}`;
  return { name, url: `${baseUrl}${version}${path}`, headers: { "X-Crusoe-Timestamp": time, authorization } };
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const types = itemsOf(payloadOf(payloads, "types"));
  const capacities = answerOf(payloads, "capacities");
  const stock = capacities === null ? null : stockOf(itemsOf(capacities));
  const prices = pricesOf(payloadOf(payloads, "prices"));
  const rows = readRows(types, keys, (row) => readType(row, prices, stock));
  const lost = payloads.filter((payload) => !isAnswer(payload)).map(({ name }) => name);
  return { ...rows, completeness: judge(rows, { lost }) };
};

const itemsOf = (payload: RawPayload): readonly unknown[] =>
  asArray(asObject(readJson(payload), payload.name).items, `${payload.name}.items`);

/** Machines by type and location; a type is listed several times and the largest number is right. */
type Stock = ReadonlyMap<string, ReadonlyMap<string, number>>;

const stockOf = (items: readonly unknown[]): Stock => {
  const stock = new Map<string, Map<string, number>>();
  for (const item of items) {
    const [type, location] = isObject(item) ? [text(item.type), text(item.location)] : [null, null];
    const machines = isObject(item) ? number(item.quantity) : null;
    if (type === null || location === null || machines === null || machines < 0)
      throw wrongShape("capacities.items[]", "a type, a location and a quantity");
    const places = stock.get(type) ?? new Map<string, number>();
    stock.set(type, places.set(location, Math.max(machines, places.get(location) ?? 0)));
  }
  return stock;
};

type Prices = ReadonlyMap<string, Json>;

const pricesOf = ({ body }: RawPayload): Prices => {
  if (!body.endsWith("\n")) throw wrongShape("prices", "a CSV to its last line's end");
  try {
    const rows = parseCsv(body, { columns: true, skip_empty_lines: true, trim: true }) as Json[];
    return new Map(rows.map((row) => [text(row.gpu_type) ?? "", row]));
  } catch {
    throw wrongShape("prices", "CSV");
  }
};

const keys: Keys = {
  must: ["product_name", "num_gpu"],
  may: { gpu_type: ["text", "no GPU"] },
};

const readType = (row: Json, prices: Prices, stock: Stock | null): Reading => {
  const [name, gpuRaw] = [text(row.product_name), text(row.gpu_type)];
  const gpus = number(row.num_gpu);
  if (gpus === 0 && gpuRaw === null) return [dropped("no_gpu")];
  if (name === null) return ["no_name"];
  if (gpuRaw === null) return ["no_gpu_name"];
  if (count(gpus) === null) return ["bad_gpu_count"];
  const listed = prices.get(gpuRaw);
  if (listed === undefined) return [dropped("no_list_price")];
  const draft = draftOf(row, name, gpuRaw, gpus!, listed);
  const places = stock?.get(name);
  if (stock === null) return [draft];
  if (places === undefined) return [{ ...draft, availableGpus: 0, availableIs: "exact" }];
  const placed = [...places].map(
    ([region, machines]): OfferDraft => ({
      ...draft,
      region,
      availableGpus: machines * gpus!,
      availableIs: "exact",
    }),
  );
  return orElse(placed, "no_region");
};

const draftOf = (row: Json, name: string, gpuRaw: string, gpus: number, listed: Json): OfferDraft => {
  const price = number(listed.on_demand_usd_per_gpu_hour) ?? Number.NaN;
  return {
    provider: "crusoe",
    offerId: name,
    gpuRaw,
    vramGib: positive(/(\d+)GB$/.exec(gpuRaw)?.[1]),
    gpuCount: gpus,
    purchase: "on_demand",
    priceRaw: price,
    unitRaw: `USD per GPU-hour, list price read on ${text(listed.read_on) ?? "an unknown day"}`,
    currency: "USD",
    pricePerGpuHour: price,
    includes: {
      cpuCores: positive(row.cpu_cores),
      ramGib: positive(row.memory_gb),
      diskGib: positive(row.disk_gb),
    },
  };
};

/** Crusoe: live stock from its API beside dated list prices, as the API has none. */
export const crusoe: Source = {
  id: "crusoe",
  name: "Crusoe",
  kind: "direct",
  provider: "crusoe",
  docsUrl: "https://docs.crusoecloud.com/api/",
  baseUrl: "https://api.crusoecloud.com",
  everyMinutes: 30,
  needs: ["CRUSOE_ACCESS_KEY", "CRUSOE_SECRET_KEY", "CRUSOE_PROJECT_ID"],
  enabledByDefault: false,
  experimental: false,
  legalNote:
    "Crusoe's website, as read by a third party in October 2026, allows personal, non-commercial use: collect only with its permission.",
  parserVersion: 2,
  fetch,
  parse,
};
