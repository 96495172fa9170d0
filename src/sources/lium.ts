import type { Instant } from "../domain/time.ts";
import { currencyIn } from "./currency.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import {
  asArray,
  asObject,
  count,
  country,
  type Json,
  judge,
  number,
  positive,
  readJson,
  readRows,
  text,
} from "./read.ts";
import type { Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({ name: "nodes", url: `${baseUrl}/api/public/v1/nodes` }),
];

const parse = (payloads: readonly RawPayload[], observedAt: Instant): Parsed => {
  const body = asObject(readJson(payloadOf(payloads, "nodes")), "nodes");
  const nodes = asArray(body.nodes, "nodes.nodes");
  const generatedAt = Date.parse(text(body.generated_at) ?? "");
  const at = Number.isNaN(generatedAt) ? observedAt : Math.min(generatedAt, observedAt);
  const rows = readRows(nodes, keys, (node) => readNode(node, at), currencyIn(body));
  const told = number(body.count);
  const cut = told !== null && told > nodes.length ? ["*"] : [];
  return { ...rows, completeness: judge(rows, { cut }) };
};

const keys: Keys = {
  must: ["id", "gpu_model", "gpu_count", "price_per_gpu_hour", "tier"],
  may: {
    available_gpu_count: ["number", "free GPUs are not told"],
    min_rentable_gpu_count: ["number", "it is sold whole"],
    region: ["text", "the region is not told"],
    city: ["text", "the city is not told"],
  },
};

const readNode = (node: Json, observedAt: Instant): Reading => {
  const id = text(node.id);
  const gpuRaw = text(node.gpu_model);
  const gpus = count(node.gpu_count);
  const free = number(node.available_gpu_count);
  if (id === null || gpuRaw === null) return ["no_name"];
  if (gpus === null || (free !== null && (free < 0 || free > gpus))) return ["bad_gpu_count"];
  if (node.tier !== "secure" && node.tier !== "spot") return ["unknown_tier"];
  const spot = node.tier === "spot";
  const price = number(node.price_per_gpu_hour) ?? Number.NaN;
  return [
    {
      // One plain literal: a spread in front of it makes it five times slower, which 100,000 nodes feel.
      provider: "lium",
      offerId: id,
      machineId: id,
      gpuRaw,
      vramGib: positive(node.gpu_memory_gb),
      gpuCount: gpus,
      minGpus: count(node.min_rentable_gpu_count) ?? gpus,
      machineShare: 1,
      purchase: spot ? "spot" : "on_demand",
      tier: spot ? null : "secure",
      priceRaw: price,
      unitRaw: "USD per GPU-hour",
      currency: "USD",
      pricePerGpuHour: price,
      includes: {
        cpuCores: positive(node.cpu_count),
        ramGib: positive(node.ram_gb),
        diskGib: positive(node.disk_gb),
      },
      region: text(node.region),
      zone: text(node.city),
      country: country(node.country_code),
      availableGpus: free,
      availableIs: free === null ? null : "exact",
      observedAt,
      sourceUrl: text(node.rent_url),
    },
  ];
};

/** Lium: a public feed of nodes that have free GPUs; the venue invites its use. */
export const lium: Source = {
  id: "lium",
  name: "Lium",
  kind: "marketplace",
  provider: "lium",
  docsUrl: "https://docs.lium.io/developers/public-nodes-feed",
  baseUrl: "https://lium.io",
  everyMinutes: 5,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
