import { parse as parseYaml } from "yaml";
import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import { hoursAMonth, type Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import {
  asObject,
  child,
  count,
  isObject,
  type Json,
  judge,
  number,
  optionalPrice,
  positive,
  readRows,
  wrongShape,
} from "./read.ts";
import { dropped, orElse, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const path = "/Cyclenerd/google-cloud-pricing-cost-calculator/raw/master/pricing.yml";

const fetch = async ({ http, baseUrl }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({ name: "pricing", url: `${baseUrl}${path}` }),
];

const parse = (payloads: readonly RawPayload[], observedAt: Instant): Parsed => {
  const body = asObject(readYaml(payloadOf(payloads, "pricing")), "pricing");
  const generated = number(child(body, "about").timestamp);
  const compute = asObject(body.compute, "pricing.compute");
  const instances = asObject(compute.instance, "pricing.compute.instance");
  const entries = Object.entries(instances).flatMap(([type, spec]) => placesOf(type, spec));
  checkKinds(entries);
  const at = generated === null ? observedAt : Math.min(generated * 1000, observedAt);
  const rows = readRows(entries, keys, (row) => readPlace(row, at));
  return { ...rows, completeness: judge(rows) };
};

const readYaml = ({ name, body }: RawPayload): unknown => {
  // A file that breaks off within a line can still be YAML.
  if (!body.endsWith("\n")) throw wrongShape(name, "YAML to its last line's end");
  try {
    return parseYaml(body);
  } catch {
    throw wrongShape(name, "YAML");
  }
};

/** GPUs stand in the table of a machine under the card's own name. */
const cards = ["a100", "b200", "gb200", "gb300", "h100", "h200", "l4", "p100", "p4", "rtx6000", "t4", "v100"];

const isGpuType = (type: string): boolean => /^(?:a\d|g\d)x?-/.test(type);

/** One row a region of a machine type with GPUs; a type without, or one that cannot be read, stays one row. */
const placesOf = (type: string, spec: unknown): readonly unknown[] => {
  if (!isObject(spec)) return [isGpuType(type) ? spec : { type, card: null }];
  const card = cards.find((name) => name in spec) ?? null;
  if (card === null && !isGpuType(type)) return [{ type, card }];
  const gpus = card === null ? null : spec[card];
  const row = { type, card, gpus, cpu: spec.cpu, ram: spec.ram };
  if (!isObject(spec.cost)) return [{ ...row, cost: null }];
  return Object.entries(spec.cost).map(([region, cost]) => ({ ...row, region, cost }));
};

const kinds = [
  { field: "hour", purchase: "on_demand", termMonths: null, hours: 1 },
  { field: "hour_spot", purchase: "spot", termMonths: null, hours: 1 },
  { field: "month_1y", purchase: "reserved", termMonths: 12, hours: hoursAMonth },
  { field: "month_3y", purchase: "reserved", termMonths: 36, hours: hoursAMonth },
] as const;

/** A machine that is not sold in one of these ways leaves the field out or has 0. */
const keys: Keys = { must: ["type", "card"] };

/** Throws where no machine of those with prices has a price of some kind, which is then called something else. */
const checkKinds = (entries: readonly unknown[]): void => {
  const costs = entries.flatMap((row) => (isObject(row) && isObject(row.cost) ? [row.cost] : []));
  const untold = kinds.find(({ field }) => !costs.some((cost) => field in cost));
  if (costs.length > 0 && untold) throw wrongShape("pricing", `${untold.field} of some machine`);
};

const readPlace = (row: Json, observedAt: Instant): Reading => {
  if (row.card === null && !isGpuType(String(row.type))) return [dropped("no_gpu")];
  if (!isObject(row.cost)) return ["no_price"];
  const gpus = count(row.gpus);
  if (typeof row.card !== "string") return ["no_gpu_name"];
  if (gpus === null) return ["bad_gpu_count"];
  const { cost } = row;
  const drafts = kinds.flatMap(({ field, purchase, termMonths, hours }): OfferDraft[] => {
    const price = optionalPrice(cost[field]);
    if (price === null) return [];
    return [
      {
        provider: "gcp",
        offerId: String(row.type),
        instanceType: String(row.type),
        gpuRaw: String(row.card),
        gpuCount: gpus,
        purchase,
        termMonths,
        priceRaw: price,
        unitRaw: hours === 1 ? "USD per instance-hour" : "USD per instance-month",
        currency: "USD",
        pricePerGpuHour: perGpuHour(price, { gpus, hours }),
        includes: { cpuCores: positive(row.cpu), ramGib: positive(row.ram), diskGib: null },
        region: String(row.region),
        observedAt,
      },
    ];
  });
  return orElse(drafts, "no_price");
};

/** Google Cloud by machine type and region, as an open project composes it from the billing catalog each day. */
export const gcpCalculator: Source = {
  id: "gcp-calculator",
  name: "Google Cloud, composed list prices",
  kind: "list",
  provider: "gcp",
  docsUrl: "https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator",
  baseUrl: "https://github.com",
  everyMinutes: 1440,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
