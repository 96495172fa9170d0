import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { azureGpus, azureRegions, isGpuSeries } from "./azure-skus.ts";
import { currencyIn } from "./currency.ts";
import type { Keys } from "./keys.ts";
import { byScope, fetchPages, isAnswer, peek, tolerant } from "./pages.ts";
import {
  asArray,
  asObject,
  isObject,
  type Json,
  judge,
  number,
  readJson,
  readRows,
  text,
  wrongShape,
} from "./read.ts";
import { type Dropped, dropped } from "./reading.ts";
import { repeatRule } from "./repeats.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const maxPages = 20;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const payloads: RawPayload[] = [];
  for (const region of azureRegions) {
    const filter = `serviceName eq 'Virtual Machines' and armRegionName eq '${region}' and contains(armSkuName,'Standard_N')`;
    const query = new URLSearchParams({ currencyCode: "USD", $filter: filter });
    const first = { name: `${region}-1`, url: `${context.baseUrl}?${query}` };
    const next = (page: RawPayload, soFar: number) => {
      const link = nextLink(peek(page));
      if (link === null || !URL.canParse(link)) return null;
      // Only the query is taken, so that a mirror set as the base URL serves all pages.
      return { name: `${region}-${soFar + 1}`, url: `${context.baseUrl}${new URL(link).search}` };
    };
    payloads.push(...(await fetchPages(http, first, next, maxPages)));
  }
  return payloads;
};

const nextLink = (body: unknown): string | null => (isObject(body) ? text(body.NextPageLink) : null);

const parse = (payloads: readonly RawPayload[], observedAt: Instant): Parsed => {
  const pages = payloads.filter(isAnswer);
  if (pages.length === 0) throw wrongShape("azure", "an answer for at least one region, but there is none");
  const items = pages.flatMap((page) =>
    asArray(asObject(readJson(page), page.name).Items, `${page.name}.Items`),
  );
  const medians = mediansOf(items.filter(isObject).filter((item) => leftOut(item) === null));
  const again = repeatRule(meterOf, (item) => item.retailPrice);
  const listed = new Set<string>();
  const rows = readRows([...items].sort(byMeter), keys, (item) => [
    leftOut(item) ?? again(item) ?? readItem(item, observedAt, medians, listed),
  ]);
  return { ...rows, completeness: judge(rows, unseen(payloads)) };
};

const keys: Keys = {
  must: [
    ...["type", "armSkuName", "armRegionName", "productName", "meterName", "skuName"],
    ...["unitOfMeasure", "retailPrice"],
  ],
  optional: { reservationTerm: ["text", "sold by the hour"] },
};

/** Only a link that is null says that there is no more. */
const saysMore = (body: unknown): boolean => !isObject(body) || body.NextPageLink !== null;

/** Regions without an answer or whose last page has a successor. */
const unseen = (payloads: readonly RawPayload[]): { lost: string[]; cut: string[] } => {
  const scopes = byScope(payloads);
  const lost: string[] = [];
  const cut: string[] = [];
  for (const region of azureRegions) {
    const last = scopes.get(region)?.at(-1);
    if (last === undefined || !isAnswer(last)) lost.push(region);
    else if (saysMore(readJson(last))) cut.push(region);
  }
  return { lost, cut };
};

/** Why a row is no offer: by a rule, or since what it says of its kind is not known. Null for the rest. */
const leftOut = (item: Json): string | Dropped | null => {
  const { type, armSkuName: sku, armRegionName: region, productName, meterName, skuName } = item;
  const words = [type, sku, region, productName, meterName, skuName];
  if (words.some((word) => typeof word !== "string")) return "unknown_kind";
  if (!isGpuSeries(String(sku))) return dropped("no_gpu");
  // DevTest needs a subscription of its own, Windows includes a licence, Low Priority is retired.
  if (type === "DevTestConsumption") return dropped("dev_test");
  if (type !== "Consumption" && type !== "Reservation") return "unknown_kind";
  if (/Windows/i.test(String(productName))) return dropped("windows");
  if (/Dedicated|Cloud ?Services/i.test(String(productName))) return dropped("other_product");
  if (/Low Priority/i.test(`${meterName} ${skuName}`)) return dropped("low_priority");
  return /^(us(gov|dod|nat|sec)|china)/i.test(String(region)) ? dropped("other_cloud") : null;
};

/** Paging over a list that changes repeats rows. */
const meterOf = (item: Json): string =>
  [item.meterId, item.skuId, item.armRegionName, item.type, item.reservationTerm].join("|");

/** Rows of the primary meter come first. */
const byMeter = (a: unknown, b: unknown): number => isSecondary(a) - isSecondary(b);
const isSecondary = (item: unknown): number =>
  isObject(item) && item.isPrimaryMeterRegion === false ? 1 : 0;

const purchaseOf = (item: Json): OfferDraft["purchase"] => {
  if (item.type === "Reservation") return "reserved";
  return /\bspot\b/i.test(`${item.meterName} ${item.skuName}`) ? "spot" : "on_demand";
};

const termYears = (item: Json): number | null => {
  const years = /^([13]) Years?$/.exec(text(item.reservationTerm) ?? "")?.[1];
  return years === undefined ? null : Number(years);
};

const productKey = (item: Json): string =>
  [item.armSkuName, purchaseOf(item), item.type === "Reservation" ? item.reservationTerm : ""].join("|");

const mediansOf = (items: readonly Json[]): ReadonlyMap<string, number> => {
  const prices = new Map<string, number[]>();
  for (const item of items) {
    const price = number(item.retailPrice);
    const key = productKey(item);
    if (price !== null && price > 0) prices.set(key, [...(prices.get(key) ?? []), price]);
  }
  return new Map([...prices].map(([key, all]) => [key, median(all)]));
};

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
};

/** Below this part of what the same thing costs in other regions a price is a placeholder ($0.01). */
const placeholderShare = 0.2;

const readItem = (
  item: Json,
  observedAt: Instant,
  medians: ReadonlyMap<string, number>,
  listed: Set<string>,
): OfferDraft | string => {
  const sku = String(item.armSkuName);
  const region = text(item.armRegionName);
  const gpus = azureGpus(sku);
  if (gpus === null) return "unknown_instance_type";
  if (region === null) return "no_region";
  if (item.unitOfMeasure !== "1 Hour") return "bad_unit";
  const purchase = purchaseOf(item);
  const years = purchase === "reserved" ? termYears(item) : null;
  if (purchase === "reserved" && years === null) return "bad_term";
  const price = number(item.retailPrice) ?? Number.NaN;
  if (price > 0 && price < placeholderShare * (medians.get(productKey(item)) ?? 0))
    return "placeholder_price";
  const effectiveFrom = Date.parse(text(item.effectiveStartDate) ?? "");
  if (effectiveFrom > observedAt) return "not_yet_effective";
  const listing = `${productKey(item)}|${region}`;
  if (listed.has(listing)) return "second_meter";
  if (price > 0) listed.add(listing);
  return {
    provider: "azure",
    offerId: sku,
    instanceType: sku,
    gpuRaw: gpus.gpu,
    vramGib: gpus.vramGib,
    gpuCount: gpus.count,
    gpuShare: gpus.share,
    confidential: gpus.confidential ? true : null,
    purchase,
    termMonths: years === null ? null : years * 12,
    priceRaw: price,
    unitRaw: years === null ? "per instance-hour" : `per instance for ${years * 12} months`,
    currency: currencyIn(item) ?? "",
    pricePerGpuHour: perGpuHour(price, {
      gpus: gpus.count * gpus.share,
      hours: years === null ? 1 : years * 8760,
    }),
    region,
    effectiveFrom: Number.isNaN(effectiveFrom) ? null : effectiveFrom,
    scope: region,
  };
};

/** Microsoft Azure retail prices: on demand, spot and reserved by region. Capacity is not told. */
export const azure: Source = {
  id: "azure",
  name: "Microsoft Azure",
  kind: "direct",
  provider: "azure",
  docsUrl: "https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices",
  baseUrl: "https://prices.azure.com/api/retail/prices",
  everyMinutes: 360,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 3,
  fetch,
  parse,
};
