import type { OfferDraft } from "../domain/offer.ts";
import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { payloadOf } from "./pages.ts";
import { asArray, type Json, judge, positive, type RowResult, readRows, text, wrongShape } from "./read.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({ name: "prices", url: `${baseUrl}/prices` }),
];

/** A table with other columns, or these in another order, is another table: prices would swap places unseen. */
const columns = '["Item","vCPUs","RAM, GB","Preemptible, GPU-hour","On-demand, GPU-hour"]';
const opening = `"table":{"content":[${columns}`;
const closing = ']],"customColumnWidth"';

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const rows = readRows(tableOf(payloadOf(payloads, "prices")), readRow);
  return { ...rows, completeness: judge(rows, { harmless: ["no_price"] }) };
};

/** The page carries its table as escaped JSON; each row becomes an object. */
const tableOf = ({ body }: RawPayload): readonly unknown[] => {
  if (!body.trimEnd().endsWith("</html>")) throw wrongShape("prices", "a page to its end");
  const plain = body.replaceAll("\\", "");
  const start = plain.indexOf(opening);
  const end = plain.indexOf(closing, start);
  if (start < 0 || end < 0) throw wrongShape("prices", "a page with one table of GPU prices");
  if (plain.includes(opening, start + 1)) throw wrongShape("prices", "one table of GPU prices, not two");
  const list = plain.slice(start + '"table":{"content":'.length, end + 2);
  const cells = asArray(readList(list), "prices.table").slice(1);
  return cells.map((row) => (Array.isArray(row) ? { ...row, length: row.length } : row));
};

const readList = (list: string): unknown => {
  try {
    return JSON.parse(list);
  } catch {
    throw wrongShape("prices.table", "a list of rows");
  }
};

const readRow = (row: Json): RowResult => {
  const item = text(row[0]);
  if (row.length !== 5) return ["bad_row"];
  if (item === null) return ["no_gpu_name"];
  const prices = [priceOf(row[4]), priceOf(row[3])] as const;
  if (prices.includes("bad_price")) return ["bad_price"];
  const [onDemand, spot] = prices as readonly (number | null)[];
  if (onDemand === null && spot === null) return ["no_price"];
  return [
    ...(onDemand == null ? [] : [draftOf(row, item, "on_demand", onDemand)]),
    ...(spot == null ? [] : [draftOf(row, item, "spot", spot)]),
  ];
};

/** "$3.85", or "from $1.82" where the host decides; without digits nothing is sold at a list price. */
const priceOf = (cell: unknown): number | null | "bad_price" => {
  const written = text(cell);
  if (written === null) return "bad_price";
  const [, digits] = /^(?:from )?\$(\d{1,3}(?:,\d{3})*(?:\.\d+)?|\d+(?:\.\d+)?)$/.exec(written) ?? [];
  if (digits === undefined) return /\d/.test(written) ? "bad_price" : null;
  return Number(digits.replaceAll(",", "")) || "bad_price";
};

const draftOf = (row: Json, item: string, purchase: Purchase, price: number): OfferDraft => ({
  provider: "nebius",
  offerId: item,
  gpuRaw: item,
  gpuCount: 1,
  purchase,
  priceRaw: price,
  unitRaw: "USD per GPU-hour with its share of the host",
  currency: "USD",
  pricePerGpuHour: price,
  includes: { cpuCores: positive(row[1]), ramGib: positive(row[2]), diskGib: null },
});

/** Nebius: the public price page, on demand and preemptible per GPU. Stock is for customers only. */
export const nebius: Source = {
  id: "nebius",
  name: "Nebius",
  kind: "direct",
  provider: "nebius",
  docsUrl: "https://docs.nebius.com/compute/resources/pricing",
  baseUrl: "https://nebius.com",
  everyMinutes: 360,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 1,
  fetch,
  parse,
};
