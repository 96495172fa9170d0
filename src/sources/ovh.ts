import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import { hoursAMonth, type Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { isAnswer, tolerant } from "./pages.ts";
import {
  asArray,
  asObject,
  child,
  count,
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
import { type Dropped, dropped, type RowRead } from "./reading.ts";
import { repeatRule } from "./repeats.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const europe = "https://eu.api.ovh.com/1.0";
const america = "https://api.us.ovhcloud.com/1.0";

/** Two companies with a catalog each; a mirror set as the base URL serves both. */
const entities = {
  FR: { currency: "EUR", baseOf: (base: string) => base },
  US: { currency: "USD", baseOf: (base: string) => (base === europe ? america : `${base}/us`) },
} as const;
type Entity = keyof typeof entities;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const payloads: RawPayload[] = [];
  for (const [entity, { baseOf }] of Object.entries(entities)) {
    const url = `${baseOf(context.baseUrl)}/order/catalog/public/cloud?ovhSubsidiary=${entity}`;
    payloads.push(await http({ name: entity, url }));
  }
  return payloads;
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const answers = payloads.filter(isAnswer);
  if (answers.length === 0) throw wrongShape("catalog", "an answer, but there is none");
  const parts = answers.map((answer) => readCatalog(answer, answer.name as Entity));
  // A catalog without any GPU is rather one that changed than one that sold out.
  const hollow = answers.filter((_, i) => parts[i]!.offers.length === 0);
  const lost = [...payloads.filter((payload) => !isAnswer(payload)), ...hollow].map(({ name }) => name);
  const rows = joinRows(parts);
  return { ...rows, completeness: judge(rows, { lost, seen: rows.seen - rows.offers.length }) };
};

const readCatalog = (payload: RawPayload, entity: Entity): Rows => {
  const body = asObject(readJson(payload), payload.name);
  const { currency } = entities[entity] ?? {};
  const locale = child(body, "locale");
  const told = [text(locale.currencyCode), text(locale.subsidiary)];
  if (currency === undefined || told[0] !== currency || told[1] !== entity)
    throw wrongShape(`${payload.name}.locale`, `${currency} for ${entity}`);
  const addons = asArray(body.addons, `${payload.name}.addons`);
  const again = repeatRule(
    (row) => (isRental(text(row.planCode) ?? "") ? text(row.planCode) : null),
    (row) => priceOf(row),
  );
  return readRows(addons, keys, (row) => [again(row) ?? readAddon(row, entity, currency)]);
};

const keys: Keys = {
  must: ["planCode", "pricings"],
  may: { blobs: ["object", "an addon without a machine"] },
};

/** `ai-*` carries a GPU too but is priced by the minute; `win-*` holds a licence; twins with `-le-` are old names. */
const notRented = (plan: string): Dropped | null => {
  if (plan.startsWith("ai-")) return dropped("by_minute");
  if (plan.startsWith("win-")) return dropped("windows");
  return plan.includes("-le-") ? dropped("old_name") : null;
};

const isRental = (plan: string): boolean =>
  /\.(?:consumption|monthly\.postpaid)$/.test(plan) && notRented(plan) === null;

const readAddon = (row: Json, entity: Entity, currency: string): RowRead => {
  const plan = text(row.planCode);
  const blobs = child(row, "blobs");
  const technical = child(child(blobs, "technical"), "gpu");
  const brick = text(child(blobs, "commercial").brick);
  const model = text(technical.model);
  if (brick !== "gpu" && model === null) return dropped("no_gpu");
  if (plan === null) return "no_name";
  const rule = notRented(plan);
  if (rule !== null) return rule;
  if (!isRental(plan) || brick !== "gpu") return "unknown_kind";
  if (Array.isArray(blobs.tags) && blobs.tags.includes("coming_soon")) return dropped("coming_soon");
  if (model === null) return "no_gpu_name";
  const gpus = count(technical.number);
  if (gpus === null) return "bad_gpu_count";
  const price = priceOf(row);
  if (typeof price === "string") return price;
  return draftOf(row, { plan, model, gpus, price, entity, currency });
};

interface Addon {
  readonly plan: string;
  readonly model: string;
  readonly gpus: number;
  readonly price: number;
  readonly entity: Entity;
  readonly currency: string;
}

/** A monthly plan is a commitment of a month; its price is for all of it. */
const draftOf = (row: Json, { plan, model, gpus, price, entity, currency }: Addon): OfferDraft => {
  const technical = child(child(row, "blobs"), "technical");
  const monthly = plan.endsWith(".monthly.postpaid");
  const memory = positive(child(child(technical, "gpu"), "memory").size);
  return {
    provider: "ovh",
    offerId: plan,
    gpuRaw: model,
    vramGib: memory,
    gpuCount: gpus,
    purchase: monthly ? "reserved" : "on_demand",
    termMonths: monthly ? 1 : null,
    priceRaw: price,
    unitRaw: `1e-8 ${currency} per instance-${monthly ? "month" : "hour"}`,
    currency,
    pricePerGpuHour: perGpuHour(price, { unit: 1e8, gpus, hours: monthly ? hoursAMonth : 1 }),
    includes: {
      cpuCores: positive(child(technical, "cpu").cores),
      ramGib: positive(child(technical, "memory").size),
      diskGib: null,
    },
    region: entity,
    scope: entity,
  };
};

/** The one price for consumption, which must agree with the words beside it to half a cent; else why not. */
const priceOf = (row: Json): number | "no_price" | "bad_price" => {
  const pricings = Array.isArray(row.pricings) ? row.pricings.filter(isObject) : [];
  const consumed = pricings.find(
    ({ capacities }) => Array.isArray(capacities) && capacities.includes("consumption"),
  );
  const price = number(consumed?.price);
  if (price === null) return "no_price";
  const words = text(consumed?.formattedPrice);
  const written = words === null ? null : /\d+(?:[ .,]\d+)*/.exec(words)?.[0];
  if (written == null) return price > 0 ? price : "bad_price";
  const said = Number(written.replace(/[ ,](?=\d{3}\b)/g, "").replace(",", "."));
  return price > 0 && Math.abs(price / 1e8 - said) <= 0.005 ? price : "bad_price";
};

/** OVHcloud: GPU instances of the European and the American company. Stock is not told. */
export const ovh: Source = {
  id: "ovh",
  name: "OVHcloud",
  kind: "direct",
  provider: "ovh",
  docsUrl: "https://eu.api.ovh.com/console/?section=%2Forder&branch=v1",
  baseUrl: europe,
  everyMinutes: 720,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
