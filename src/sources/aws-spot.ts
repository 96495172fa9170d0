import { XMLParser, XMLValidator } from "fast-xml-parser";
import { perGpuHour } from "../domain/money.ts";
import { day, type Instant } from "../domain/time.ts";
import { awsGpus, awsGpuTypes, awsOptInRegions, awsRegions, cardsOf } from "./aws-instances.ts";
import { signAws } from "./aws-signature.ts";
import type { Keys } from "./keys.ts";
import { byScope, fetchPages, isAnswer, tolerant } from "./pages.ts";
import {
  asArray,
  asObject,
  isObject,
  type Json,
  joinRows,
  judge,
  number,
  type Rows,
  readRows,
  text,
  wrongShape,
} from "./read.ts";
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, HttpRequest, Parsed, RawPayload, Source } from "./source.ts";

/** AWS keeps that much of the history. */
export const spotHistoryMs = 90 * day;

/** One page of one region's spot prices, between two times. */
export interface SpotHistoryQuery {
  readonly name: string;
  /** `{region}` stands for the region; without it the region follows as a part of the path. */
  readonly baseUrl: string;
  readonly region: string;
  /** AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for temporary keys, AWS_SESSION_TOKEN. */
  readonly keys: Readonly<Record<string, string>>;
  readonly start: Instant;
  /** Default: the present. With `start` at the present as well only the prices of the moment come. */
  readonly end?: Instant;
  readonly nextToken?: string | undefined;
  /** When it is signed; AWS takes a signature for some minutes. */
  readonly at: Instant;
}

const formType = "application/x-www-form-urlencoded";

/** A signed DescribeSpotPriceHistory for all types with GPUs: changes in between, and what was valid at the start. */
export const spotHistoryRequest = (query: SpotHistoryQuery): HttpRequest => {
  const { name, baseUrl, region, keys, nextToken, at } = query;
  const address = baseUrl.includes("{region}")
    ? baseUrl.replaceAll("{region}", region)
    : `${baseUrl}/${region}`;
  const url = new URL(address).href;
  const form = {
    Action: "DescribeSpotPriceHistory",
    Version: "2016-11-15",
    StartTime: new Date(query.start).toISOString(),
    ...(query.end === undefined ? {} : { EndTime: new Date(query.end).toISOString() }),
    MaxResults: "1000",
    "ProductDescription.1": "Linux/UNIX",
    // As a filter and not as InstanceType.n: an unknown value of a filter finds nothing and is no error.
    "Filter.1.Name": "instance-type",
    ...Object.fromEntries(awsGpuTypes.map((type, index) => [`Filter.1.Value.${index + 1}`, type])),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
  const body = new URLSearchParams(form).toString();
  const signed = signAws(
    { method: "POST", url, headers: { "content-type": formType }, body, service: "ec2", region },
    {
      accessKeyId: keys.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: keys.AWS_SECRET_ACCESS_KEY ?? "",
      sessionToken: keys.AWS_SESSION_TOKEN,
    },
    at,
  );
  return { name, url, method: "POST", headers: signed, form };
};

const maxPages = 20;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const { baseUrl, keys, clock } = context;
  // Regions that the account has not enabled refuse its key one after the other, which is no outage.
  const http = tolerant(context, awsOptInRegions.length + 3);
  const start = clock();
  const payloads: RawPayload[] = [];
  for (const region of awsRegions) {
    const page = (number: number, nextToken?: string): HttpRequest => {
      const name = `${region}-${number}`;
      return spotHistoryRequest({ name, baseUrl, region, keys, start, nextToken, at: clock() });
    };
    const next = (payload: RawPayload, soFar: number): HttpRequest | null => {
      const token = peekToken(payload);
      return token === null ? null : page(soFar + 1, token);
    };
    payloads.push(...(await fetchPages(http, page(1), next, maxPages)));
  }
  return payloads;
};

const parser = new XMLParser({
  removeNSPrefix: true,
  parseTagValue: false,
  processEntities: false,
  isArray: (name) => name === "item",
});

export interface SpotHistoryPage {
  /** Objects of instanceType, productDescription, spotPrice, timestamp, availabilityZone, availabilityZoneId. */
  readonly items: readonly unknown[];
  readonly nextToken: string | null;
}

/** Reads one page; throws where it is none. */
export const readSpotHistoryPage = ({ name, body }: RawPayload): SpotHistoryPage => {
  if (XMLValidator.validate(body) !== true) throw wrongShape(name, "XML");
  const root = asObject(asObject(parser.parse(body), name).DescribeSpotPriceHistoryResponse, name);
  const set = root.spotPriceHistorySet;
  if (set === undefined) throw wrongShape(`${name}.spotPriceHistorySet`, "a list");
  if (isObject(set) && set.item === undefined)
    throw wrongShape(`${name}.spotPriceHistorySet`, "a list of items");
  const items = isObject(set) ? asArray(set.item ?? [], `${name}.spotPriceHistorySet`) : [];
  return { items, nextToken: text(root.nextToken) };
};

const peekToken = (payload: RawPayload): string | null => {
  try {
    return readSpotHistoryPage(payload).nextToken;
  } catch {
    return null;
  }
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  if (!payloads.some(isAnswer)) throw wrongShape("aws-spot", "an answer of at least one region");
  const scopes = byScope(payloads);
  const parts: Rows[] = [];
  const lost: string[] = [];
  const cut: string[] = [];
  for (const region of awsRegions) {
    const answers = scopes.get(region) ?? [];
    const pages = answers.filter(isAnswer).map(readSpotHistoryPage);
    const items = pages.flatMap((page) => page.items);
    const latest = newest(items);
    const withoutIds = new Set(pages.filter((page) => !hasIds(page)).flatMap((page) => page.items));
    parts.push(
      readRows(items, spotKeys, (item) => {
        if (withoutIds.has(item)) return ["absent_key: availabilityZoneId"];
        return latest.has(item) ? readSpotItem(item, region) : [dropped("superseded")];
      }),
    );
    const last = answers.at(-1);
    if (last === undefined || !isAnswer(last)) lost.push(region);
    else if (pages.at(-1)?.nextToken != null) cut.push(region);
  }
  const rows = joinRows(parts);
  const refused = payloads.filter(({ status }) => status === 401 || status === 403);
  return { ...rows, completeness: withReason(judge(rows, { lost, cut }), refused.length) };
};

const withReason = (completeness: Parsed["completeness"], refused: number): Parsed["completeness"] =>
  refused === 0 || completeness.state === "empty"
    ? completeness
    : {
        ...completeness,
        note: `${completeness.note}; ${refused} of them refused the key, as a region does that the account has not enabled`,
      };

const hasIds = ({ items }: SpotHistoryPage): boolean =>
  items.some((item) => isObject(item) && text(item.availabilityZoneId) !== null);

/** The ID means the same place to everyone; the name (us-east-1a) is drawn anew for each account. */
const zoneOf = (item: Json): string | null => text(item.availabilityZoneId) ?? text(item.availabilityZone);

/** A price that changes while its region is being read comes twice: the later one counts. */
const newest = (items: readonly unknown[]): ReadonlySet<unknown> => {
  const latest = new Map<unknown, unknown>();
  for (const item of items) {
    const key = isObject(item) ? `${item.instanceType}|${item.productDescription}|${zoneOf(item)}` : item;
    const known = latest.get(key);
    if (!isObject(item) || !isObject(known) || String(item.timestamp) > String(known.timestamp))
      latest.set(key, item);
  }
  return new Set(latest.values());
};

/** What a price of a page must have; a zone may lack an ID, but not all zones of an answer. */
export const spotKeys: Keys = {
  must: ["instanceType", "productDescription", "spotPrice", "timestamp", "availabilityZone"],
  optional: { availabilityZoneId: ["text", "a zone that has none"] },
};

/** One price of a page, whenever it was valid. */
export const readSpotItem = (item: Json, region: string): Reading => {
  const type = text(item.instanceType);
  const zone = zoneOf(item);
  if (type === null) return ["no_name"];
  if (text(item.productDescription) === null) return ["no_product"];
  if (item.productDescription !== "Linux/UNIX")
    return [
      /Windows|SUSE|Red Hat|\(Amazon VPC\)/.test(String(item.productDescription))
        ? dropped("other_system")
        : "unknown_kind",
    ];
  if (zone === null) return ["no_zone"];
  const gpus = awsGpus(type);
  if (gpus === null) return ["unknown_instance_type"];
  const price = number(item.spotPrice) ?? Number.NaN;
  const { gpuCount, gpuShare } = cardsOf(gpus);
  return [
    {
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
      zone,
      scope: region,
    },
  ];
};

/** AWS spot prices by availability zone, from the API of EC2. */
export const awsSpot: Source = {
  id: "aws-spot",
  name: "Amazon Web Services spot, EC2 API",
  kind: "direct",
  provider: "aws",
  docsUrl: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html",
  baseUrl: "https://ec2.{region}.amazonaws.com",
  everyMinutes: 60,
  needs: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
  wants: ["AWS_SESSION_TOKEN"],
  enabledByDefault: false,
  experimental: false,
  legalNote: null,
  costNote: "it would use the AWS credentials of the environment",
  parserVersion: 2,
  fetch,
  parse,
};
