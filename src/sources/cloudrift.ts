import type { FleetDraft } from "../domain/fleet.ts";
import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { payloadOf } from "./pages.ts";
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
  type RowResult,
  readJson,
  readRows,
  text,
} from "./read.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const request = {
  version: "2025-03-21",
  data: { selector: { ByServiceAndLocation: { services: ["vm"] } } },
} as const;

const fetch = async ({ http, baseUrl }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({ name: "types", url: `${baseUrl}/api/v1/instance-types/list`, method: "POST", json: request }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const { data } = asObject(readJson(payloadOf(payloads, "types")), "types");
  const types = asArray(asObject(data, "types.data").instance_types, "types.data.instance_types");
  const variants = types.flatMap(variantsOf);
  const rows = readRows(variants, readVariant);
  return { ...rows, completeness: judge(rows), fleets: variants.filter(isObject).flatMap(fleetsOf) };
};

/** The variants of a type, each with the type's GPU; a type without a list stays one row, to be rejected. */
const variantsOf = (type: unknown): readonly unknown[] => {
  if (!isObject(type) || !Array.isArray(type.variants)) return [type];
  return type.variants.map((variant: unknown) =>
    isObject(variant) ? { ...variant, gpu: type.brand_short } : variant,
  );
};

const readVariant = (row: Json): RowResult => {
  const name = text(row.name);
  const gpuRaw = text(row.gpu);
  const gpus = number(row.gpu_count);
  if (gpus === 0) return [];
  if (count(gpus) === null) return ["bad_gpu_count"];
  if (name === null || gpuRaw === null) return ["no_name"];
  const draft = draftOf(row, name, gpuRaw, gpus!);
  const byPlace = row.available_nodes_per_dc;
  if (isObject(byPlace))
    return Object.entries(byPlace).map(([region, nodes]) => {
      const free = freeGpus(nodes, gpus!);
      return free === null ? "bad_availability" : { ...draft, region, ...free };
    });
  if (row.available_nodes === undefined) return [draft];
  const free = freeGpus(row.available_nodes, gpus!);
  return free === null ? ["bad_availability"] : [{ ...draft, ...free }];
};

const freeGpus = (nodes: unknown, gpus: number) => {
  const free = number(nodes);
  return free === null || free < 0 || !Number.isInteger(free)
    ? null
    : { availableGpus: free * gpus, availableIs: "exact" as const };
};

const draftOf = (row: Json, name: string, gpuRaw: string, gpus: number): OfferDraft => {
  const cents = number(row.cost_per_hour) ?? Number.NaN;
  return {
    provider: "cloudrift",
    offerId: name,
    gpuRaw,
    gpuCount: gpus,
    purchase: "on_demand",
    priceRaw: cents,
    unitRaw: "US cents per variant-hour",
    currency: "USD",
    pricePerGpuHour: perGpuHour(cents, { unit: 100, gpus }),
    includes: {
      cpuCores: positive(row.logical_cpu_count) ?? positive(row.cpu_count),
      ramGib: gibOf(row.dram),
      diskGib: gibOf(row.disk),
    },
  };
};

const gibOf = (bytes: unknown): number | null => {
  const told = positive(bytes);
  return told === null ? null : told / 1024 ** 3;
};

/** The same nodes are sold as 1x, 2x and 4x; those sold one by one are counted. */
const fleetsOf = (row: Json): FleetDraft[] => {
  const gpuRaw = text(row.gpu);
  if (gpuRaw === null || number(row.gpu_count) !== 1) return [];
  const free = child(row, "available_nodes_per_dc");
  return Object.entries(child(row, "nodes_per_dc")).flatMap(([region, nodes]) => {
    const [total, left] = [count(nodes), number(free[region])];
    if (total === null || left === null || left < 0 || left > total) return [];
    return [{ provider: "cloudrift", gpuRaw, region, totalGpus: total, rentedGpus: total - left }];
  });
};

/** CloudRift: instance types by data centre with the nodes that are free. */
export const cloudrift: Source = {
  id: "cloudrift",
  name: "CloudRift",
  kind: "direct",
  provider: "cloudrift",
  docsUrl: "https://docs.cloudrift.ai/",
  baseUrl: "https://api.cloudrift.ai",
  everyMinutes: 10,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 1,
  fetch,
  parse,
};
