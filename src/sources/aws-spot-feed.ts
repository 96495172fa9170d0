import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { awsGpus, cardsOf, isAwsGpuType } from "./aws-instances.ts";
import type { Keys } from "./keys.ts";
import { answerOf, payloadOf, peek, tolerant } from "./pages.ts";
import {
  asArray,
  asObject,
  child,
  isObject,
  type Json,
  judge,
  number,
  readJson,
  readRows,
  text,
} from "./read.ts";
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const feedHost = "https://website.spot.ec2.aws.a2z.com";
const advisorHost = "https://spot-bid-advisor.s3.amazonaws.com";

/** The advisor has a host of its own; a mirror set as the base URL serves both. */
const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const advisor = context.baseUrl === feedHost ? advisorHost : context.baseUrl;
  return [
    await http({ name: "prices", url: `${context.baseUrl}/spot.json` }),
    await http({ name: "advisor", url: `${advisor}/spot-advisor-data.json` }),
  ];
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const { config } = asObject(readJson(payloadOf(payloads, "prices")), "prices");
  const regions = asArray(asObject(config, "prices.config").regions, "prices.config.regions");
  const advisor = answerOf(payloads, "advisor");
  const buckets = advisor === null ? null : interruptionBuckets(peek(advisor));
  const listed = new Set<string>();
  const rows = readRows(regions.flatMap(sizesOf), keys, (row) => readSize(row, buckets, listed));
  return { ...rows, completeness: judge(rows, { lost: buckets === null ? ["advisor"] : [] }) };
};

/** Part of such machines that AWS took back in the trailing month, by `region|type`, as one of five ranges. */
export type InterruptionBuckets = ReadonlyMap<string, number>;

/** Reads the spot advisor's file; null where it is not of that shape. */
export const interruptionBuckets = (body: unknown): InterruptionBuckets | null => {
  if (!isObject(body) || !isObject(body.spot_advisor)) return null;
  const buckets = new Map<string, number>();
  for (const [region, systems] of Object.entries(body.spot_advisor)) {
    const types = isObject(systems) ? child(systems, "Linux") : {};
    for (const type of Object.keys(types)) {
      const bucket = number(child(types, type).r);
      if (bucket !== null && bounds[bucket] !== undefined) buckets.set(`${region}|${type}`, bucket);
    }
  }
  return buckets;
};

/** The last range has no upper end. */
const bounds: readonly (readonly [low: number, high: number | null])[] = [
  [0, 0.05],
  [0.05, 0.1],
  [0.1, 0.15],
  [0.15, 0.2],
  [0.2, null],
];

/** Names that the feed has from before regions had numbers. */
const regionAliases: Readonly<Record<string, string>> = {
  "us-east": "us-east-1",
  "us-west": "us-west-1",
  "eu-ireland": "eu-west-1",
  "apac-sin": "ap-southeast-1",
  "apac-syd": "ap-southeast-2",
  "apac-tokyo": "ap-northeast-1",
};

/** One row a machine; the feed groups them by purpose. */
const sizesOf = (entry: unknown): unknown[] => {
  const { region, instanceTypes } = asObject(entry, "prices.config.regions[]");
  const groups = asArray(instanceTypes, "prices.config.regions[].instanceTypes");
  const written = text(region);
  const name = written === null ? null : (regionAliases[written] ?? written);
  return groups
    .flatMap((group) => asArray(asObject(group, "instanceTypes[]").sizes, "instanceTypes[].sizes"))
    .map((size) => (isObject(size) ? { ...size, region: name } : size));
};

const linuxPrice = (row: Json): unknown => {
  const columns = Array.isArray(row.valueColumns) ? row.valueColumns.filter(isObject) : [];
  const linux = columns.find((column) => column.name === "linux");
  return linux === undefined ? null : child(linux, "prices").USD;
};

const keys: Keys = { must: ["size", "region", "valueColumns"] };

const readSize = (row: Json, buckets: InterruptionBuckets | null, listed: Set<string>): Reading => {
  const type = text(row.size);
  const region = text(row.region);
  if (type === null) return ["no_name"];
  if (!isAwsGpuType(type)) return [dropped("no_gpu")];
  if (region === null) return ["no_region"];
  if (!/\d/.test(region)) return ["unknown_region"];
  const price = linuxPrice(row);
  if (price === null || price === undefined) return ["no_price"];
  if (String(price).startsWith("N/A")) return [dropped("not_offered")];
  const gpus = awsGpus(type);
  if (gpus === null) return ["unknown_instance_type"];
  const key = `${region}|${type}`;
  if (listed.has(key)) return ["second_row"];
  listed.add(key);
  return [draftOf(type, region, gpus, number(price) ?? Number.NaN, buckets?.get(key))];
};

const draftOf = (
  type: string,
  region: string,
  gpus: number,
  price: number,
  bucket: number | undefined,
): OfferDraft => {
  const { gpuCount, gpuShare } = cardsOf(gpus);
  const [low, high] = (bucket === undefined ? undefined : bounds[bucket]) ?? [null, null];
  return {
    provider: "aws",
    offerId: type,
    instanceType: type,
    gpuRaw: type,
    gpuCount,
    gpuShare,
    purchase: "spot",
    priceRaw: price,
    unitRaw: "USD per instance-hour",
    currency: "USD",
    pricePerGpuHour: perGpuHour(price, { gpus }),
    region,
    interruptionLow: low,
    interruptionHigh: high,
  };
};

/** AWS spot prices by region as its web page shows them, with the spot advisor's interruption ranges. */
export const awsSpotFeed: Source = {
  id: "aws-spot-feed",
  name: "Amazon Web Services spot, public feed",
  kind: "direct",
  provider: "aws",
  docsUrl: "https://aws.amazon.com/ec2/spot/pricing/",
  baseUrl: feedHost,
  everyMinutes: 60,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
