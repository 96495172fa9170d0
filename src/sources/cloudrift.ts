import type { FleetDraft } from "../domain/fleet.ts";
import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
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
  readJson,
  readRows,
  text,
} from "./read.ts";
import { dropped, orElse, type Reading } from "./reading.ts";
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
  const rows = readRows(types.flatMap(variantsOf), keys, readVariant);
  return { ...rows, completeness: judge(rows), fleets: fleetsOf(types) };
};

/** The variants of a type, each with the type's GPU; a type without a list stays one row, to be rejected. */
const variantsOf = (type: unknown): readonly unknown[] => {
  if (!isObject(type) || !Array.isArray(type.variants)) return [type];
  const variants: readonly unknown[] = type.variants;
  // Whether the memory of larger variants is that of one GPU or of all is not told.
  const gpuVram = variants.filter(isObject).find((variant) => number(variant.gpu_count) === 1)?.vram;
  return variants.map((variant) =>
    isObject(variant) ? { ...variant, gpu: type.brand_short, gpuVram } : variant,
  );
};

const keys: Keys = {
  must: ["name", "gpu", "gpu_count", "cost_per_hour"],
  optional: {
    available_nodes_per_dc: ["object", "its stock is not told"],
  },
};

const readVariant = (row: Json): Reading => {
  const name = text(row.name);
  const gpuRaw = text(row.gpu);
  const gpus = number(row.gpu_count);
  if (gpus === 0) return [dropped("no_gpu")];
  if (count(gpus) === null) return ["bad_gpu_count"];
  if (name === null || gpuRaw === null) return ["no_name"];
  const draft = draftOf(row, name, gpuRaw, gpus!);
  const byPlace = row.available_nodes_per_dc;
  if (isObject(byPlace))
    return orElse(
      Object.entries(byPlace).map(([region, nodes]) => {
        const free = freeGpus(nodes, gpus!);
        return free === null ? "bad_availability" : { ...draft, region, ...free };
      }),
      dropped("nowhere"),
    );
  // The venue tells both by place or neither.
  if (row.nodes_per_dc !== undefined) return ["absent_key: available_nodes_per_dc"];
  if (row.available_nodes === undefined) return [draft];
  const free = freeGpus(row.available_nodes, gpus!);
  return [free === null ? "bad_availability" : { ...draft, ...free }];
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
    vramGib: gibOf(row.gpuVram),
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

/** GPUs by data centre. The same nodes are sold as 1x, 2x and 4x: the smallest variant of a type is counted. */
const fleetsOf = (types: readonly unknown[]): readonly FleetDraft[] => {
  const fleets = new Map<string, FleetDraft>();
  for (const type of types) {
    for (const fleet of smallest(variantsOf(type)).flatMap(nodesOf)) {
      const key = `${fleet.gpuRaw}|${fleet.vramGib}|${fleet.region}`;
      const known = fleets.get(key);
      const totalGpus = fleet.totalGpus + (known?.totalGpus ?? 0);
      fleets.set(key, { ...fleet, totalGpus, rentedGpus: fleet.rentedGpus + (known?.rentedGpus ?? 0) });
    }
  }
  return [...fleets.values()];
};

const smallest = (variants: readonly unknown[]): readonly Json[] =>
  variants
    .filter(isObject)
    .filter(({ gpu_count }) => count(gpu_count) !== null)
    .sort((a, b) => Number(a.gpu_count) - Number(b.gpu_count))
    .slice(0, 1);

const nodesOf = (row: Json): FleetDraft[] => {
  const [gpuRaw, gpus] = [text(row.gpu), Number(row.gpu_count)];
  const free = child(row, "available_nodes_per_dc");
  return Object.entries(child(row, "nodes_per_dc")).flatMap(([region, nodes]) => {
    const [total, left] = [count(nodes), number(free[region])];
    if (gpuRaw === null || total === null || left === null || left < 0 || left > total) return [];
    const rentedGpus = (total - left) * gpus;
    return [
      {
        provider: "cloudrift",
        gpuRaw,
        vramGib: gibOf(row.gpuVram),
        region,
        totalGpus: total * gpus,
        rentedGpus,
      },
    ];
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
  parserVersion: 3,
  fetch,
  parse,
};
