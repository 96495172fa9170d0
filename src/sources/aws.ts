import { parse as parseCsv } from "csv-parse/sync";
import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { AppError } from "../errors.ts";
import { awsGpus, awsRegions, cardsOf, isAwsGpuType } from "./aws-instances.ts";
import { answerOf, payloadOf, peek, tolerant } from "./pages.ts";
import {
  asObject,
  child,
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
import { type Dropped, dropped } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const indexPath = "/offers/v1.0/aws/AmazonEC2/current/region_index.json";

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const index = await http({ name: "index", url: `${context.baseUrl}${indexPath}` });
  const payloads = [index];
  for (const [region, path] of filesOf(peek(index)))
    payloads.push(await http({ name: region, url: `${context.baseUrl}${path}`, keepLine }));
  return payloads;
};

/** The price file of each region that is asked for, as a path; a region that the index lacks is left out. */
const filesOf = (index: unknown): ReadonlyMap<string, string> => {
  const regions = isObject(index) ? child(index, "regions") : {};
  const files = new Map<string, string>();
  for (const region of awsRegions) {
    const path = text(child(regions, region).currentVersionUrl);
    if (path?.startsWith("/")) files.set(region, path.replace(/\.json$/, ".csv"));
  }
  return files;
};

const header = /^"?SKU"?,/m;

/** Of a file of hundreds of megabytes only what stands before its rows, and rows that can become an offer. */
const keepLine = (line: string, index: number): boolean =>
  index < 5 ||
  header.test(line) ||
  (/[",](?:p|gr?)\d[a-z\d-]*\.[a-z\d-]+[",]/.test(line) &&
    /[",]Linux[",]/.test(line) &&
    /[",]Shared[",]/.test(line) &&
    !line.includes("SQL"));

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const index = readJson(payloadOf(payloads, "index"));
  asObject(asObject(index, "index").regions, "index.regions");
  const parts: Rows[] = [];
  const lost: string[] = [];
  const files = filesOf(index);
  const listed = child(asObject(index, "index"), "regions");
  for (const region of awsRegions.filter((each) => each in listed)) {
    const file = files.has(region) ? answerOf(payloads, region) : null;
    if (file === null) lost.push(region);
    else parts.push(readFile(file, region));
  }
  const rows = joinRows(parts);
  return { ...rows, completeness: judge(rows, { lost }) };
};

interface Words {
  readonly bare: readonly string[];
  /** Other words that are known there, and the rule that drops their rows. */
  readonly others: RegExp;
  readonly rule: string;
}

/** What a row must say to be the bare machine; a column that is not there (MarketOption in older files) says it. */
const words: Readonly<Record<string, Words>> = {
  Tenancy: { bare: ["Shared"], others: /^(Dedicated|Host|Reserved|NA)$/, rule: "tenancy" },
  "Operating System": {
    bare: ["Linux"],
    others: /^(Windows|RHEL|Red Hat|SUSE|Ubuntu|NA)/,
    rule: "other_system",
  },
  CapacityStatus: {
    bare: ["Used"],
    others: /^(AllocatedCapacityReservation|UnusedCapacityReservation|AllocatedHost|NA)$/,
    rule: "capacity_reservation",
  },
  "Pre Installed S/W": { bare: ["", "NA"], others: /SQL/, rule: "software" },
  // Capacity blocks are sold by the day at a price that is not in the file, where they stand at $0.
  MarketOption: { bare: ["", "OnDemand"], others: /^CapacityBlock/, rule: "capacity_block" },
};

/** Why a row is not the bare machine with GPUs; null where it is. */
const leftOut = (row: Json): string | Dropped | null => {
  if (!isAwsGpuType(String(row["Instance Type"]))) return dropped("no_gpu");
  for (const [column, { bare, others, rule }] of Object.entries(words)) {
    const word = String(row[column] ?? "");
    if (!bare.includes(word)) return others.test(word) ? dropped(rule) : "unknown_kind";
  }
  return row.Currency === "USD" ? null : "bad_currency";
};

const required = [
  ...["TermType", "Unit", "PricePerUnit", "Currency", "Instance Type", "Tenancy", "Operating System"],
  ...["CapacityStatus", "Pre Installed S/W"],
];
const optional = [
  ...["MarketOption", "GPU", "vCPU", "Memory", "Region Code"],
  ...["LeaseContractLength", "PurchaseOption", "OfferingClass"],
];
const used = new Set([...required, ...optional]);

const readFile = (file: RawPayload, region: string): Rows => {
  const listed = new Set<string>();
  return readRows(readTable(file), { must: required }, (row) => [
    leftOut(row) ?? readRow(row, region, listed),
  ]);
};

/** The rows of GPU machines. Columns come and go between versions of the file, so that they go by name. */
const readTable = ({ name, body }: RawPayload): readonly Json[] => {
  if (!body.endsWith("\n")) throw wrongShape(name, "a price file to its last line's end");
  const start = body.search(header);
  if (start < 0) throw wrongShape(name, "a price file with a row of column names");
  try {
    return parseCsv<Json>(body.slice(start), {
      columns: (names: string[]) => {
        const missing = required.find((column) => !names.includes(column));
        if (missing !== undefined) throw wrongShape(name, `a price file with the column ${missing}`);
        return names.map((column) => (used.has(column) ? column : false));
      },
      skip_empty_lines: true,
    });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw wrongShape(name, `a whole price file (${cause instanceof Error ? cause.message : String(cause)})`);
  }
};

const readRow = (row: Json, fileRegion: string, listed: Set<string>): OfferDraft | string | Dropped => {
  const terms = termsOf(row);
  if (typeof terms === "string" || "dropped" in terms) return terms;
  const type = String(row["Instance Type"]);
  const gpus = positive(row.GPU) ?? awsGpus(type);
  if (gpus === null) return "unknown_gpu_count";
  const { unitRaw, hours, idSuffix, purchase, termMonths, upfrontShare } = terms;
  const price = number(row.PricePerUnit) ?? Number.NaN;
  const region = text(row["Region Code"]) ?? fileRegion;
  const listing = `${type}${idSuffix}|${region}|${termMonths}`;
  if (price > 0 && listed.has(listing)) return "second_sku";
  if (price > 0) listed.add(listing);
  const { gpuCount, gpuShare } = cardsOf(gpus);
  return {
    provider: "aws",
    offerId: `${type}${idSuffix}`,
    instanceType: type,
    gpuRaw: type,
    gpuCount,
    gpuShare,
    purchase,
    termMonths,
    upfrontShare,
    priceRaw: price,
    unitRaw,
    currency: "USD",
    pricePerGpuHour: perGpuHour(price, { gpus, hours }),
    includes: { cpuCores: positive(row.vCPU), ramGib: gibOf(row.Memory), diskGib: null },
    region,
    scope: fileRegion,
  };
};

interface Terms extends Pick<OfferDraft, "purchase" | "unitRaw"> {
  readonly termMonths: number | null;
  readonly upfrontShare: number | null;
  readonly hours: number;
  /** Two ways to pay for one term are two offers. */
  readonly idSuffix: string;
}

const onDemand: Terms = {
  purchase: "on_demand",
  termMonths: null,
  upfrontShare: null,
  unitRaw: "USD per instance-hour",
  hours: 1,
  idSuffix: "",
};

/** On demand, and standard reservations paid by the hour or all at once. */
const termsOf = (row: Json): Terms | string | Dropped => {
  if (row.TermType === "OnDemand") return row.Unit === "Hrs" ? onDemand : "bad_unit";
  if (row.TermType !== "Reserved") return "unknown_kind";
  if (row.OfferingClass === "convertible") return dropped("convertible");
  if (row.OfferingClass !== "standard") return "unknown_kind";
  const years = Number(/^([13]) ?yr$/.exec(String(row.LeaseContractLength))?.[1]);
  return Number.isNaN(years) ? "bad_term" : reservedFor(years, row);
};

const reservedFor = (years: number, row: Json): Terms | string | Dropped => {
  const reserved = { ...onDemand, purchase: "reserved", termMonths: years * 12 } as const;
  if (row.Unit !== "Hrs" && row.Unit !== "Quantity") return "bad_unit";
  if (row.PurchaseOption === "Partial Upfront") return dropped("partial_upfront");
  if (row.PurchaseOption === "No Upfront" && row.Unit === "Hrs")
    return { ...reserved, upfrontShare: 0, idSuffix: "/no-upfront" };
  if (row.PurchaseOption !== "All Upfront") return "unknown_kind";
  // What is paid at once has the unit Quantity; beside it stands an hourly row of $0.
  if (row.Unit === "Hrs") return dropped("hours_paid_upfront");
  return {
    ...reserved,
    upfrontShare: 1,
    unitRaw: `USD per instance for ${years * 12} months`,
    hours: years * 8760,
    idSuffix: "/all-upfront",
  };
};

/** "2,048 GiB" */
const gibOf = (memory: unknown): number | null =>
  positive(/^([\d.,]+) GiB$/.exec(text(memory) ?? "")?.[1]?.replaceAll(",", ""));

/** Amazon Web Services: the public price files of EC2, on demand and reserved by region. Stock is not told. */
export const aws: Source = {
  id: "aws",
  name: "Amazon Web Services",
  kind: "direct",
  provider: "aws",
  docsUrl: "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html",
  baseUrl: "https://pricing.us-east-1.amazonaws.com",
  everyMinutes: 1440,
  needs: [],
  enabledByDefault: false,
  experimental: false,
  legalNote: null,
  costNote: "the price files of all regions are about 5 GB a day",
  parserVersion: 2,
  fetch,
  parse,
};
