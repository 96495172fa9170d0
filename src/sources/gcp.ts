import type { OfferDraft } from "../domain/offer.ts";
import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { attachable, type GcpFamily, gcpFamilies } from "./gcp-machines.ts";
import type { Keys } from "./keys.ts";
import { fetchPages, isAnswer, peek, tolerant } from "./pages.ts";
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
  wrongShape,
} from "./read.ts";
import { dropped, orElse, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

/** Compute Engine in the billing catalog. */
const service = "6F81-5844-456A";
const maxPages = 20;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const headers = { "x-goog-api-key": context.keys.GCP_API_KEY ?? "" };
  const url = `${context.baseUrl}/v1/services/${service}/skus?pageSize=5000&currencyCode=USD`;
  const next = (payload: RawPayload, soFar: number) => {
    const token = tokenOf(peek(payload));
    return token === null
      ? null
      : { name: `skus-${soFar + 1}`, url: `${url}&pageToken=${encodeURIComponent(token)}`, headers };
  };
  return fetchPages(tolerant(context), { name: "skus-1", url, headers }, next, maxPages);
};

const tokenOf = (body: unknown): string | null => (isObject(body) ? text(body.nextPageToken) : null);

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const pages = payloads.filter(isAnswer);
  if (pages.length === 0) throw wrongShape("skus", "an answer, but there is none");
  const bodies = pages.map((page) => asObject(readJson(page), page.name));
  const skus = bodies.flatMap((body, i) => asArray(body.skus, `${pages[i]!.name}.skus`));
  const parts = readParts(skus.filter(isObject));
  const rows = readRows(skus, keys, (sku) => readGpu(sku, parts));
  const last = payloads.at(-1)!;
  const lost = isAnswer(last) ? [] : ["*"];
  const cut = isAnswer(last) && tokenOf(bodies.at(-1)) !== null ? ["*"] : [];
  return { ...rows, completeness: judge(rows, { lost, cut }) };
};

const usages: Readonly<Record<string, { readonly purchase: Purchase; readonly termMonths: number | null }>> =
  {
    OnDemand: { purchase: "on_demand", termMonths: null },
    Preemptible: { purchase: "spot", termMonths: null },
    Commit1Yr: { purchase: "reserved", termMonths: 12 },
    Commit3Yr: { purchase: "reserved", termMonths: 36 },
  };

/** Other ways to sell the same silicon. */
const others = /Sole Tenancy|Reserved|Premium|Custom|Calendar Mode|DWS|vGPU|Virtual Workstation/i;

/** Prices of cores and memory by family, usage and region. */
type Parts = ReadonlyMap<string, number>;

/** "A2 Instance Core running in Americas"; commitments are sold of "A2 Cpu". */
const part = /\b([AG]\d(?:Plus|Ultra)?)(?: Instance)? (Core|Cpu|Ram)\b/;

const readParts = (skus: readonly Json[]): Parts => {
  const prices = new Map<string, number>();
  for (const sku of skus) {
    const description = text(sku.description) ?? "";
    const [, family, kind] = part.exec(description) ?? [];
    const price = priceOf(sku);
    if (family === undefined || kind === undefined || price === null || others.test(description)) continue;
    for (const region of regionsOf(sku)) prices.set(keyOf(family, kind, usageOf(sku), region), price);
  }
  return prices;
};

/** Commitments are sold of "Cpu", the rest of "Core". */
const keyOf = (family: string, kind: string, usage: string, region: string): string =>
  [family, kind === "Ram" ? "Ram" : "Core", usage, region].join("|");

const usageOf = (sku: Json): string => text(child(sku, "category").usageType) ?? "";

const regionsOf = (sku: Json): readonly string[] =>
  Array.isArray(sku.serviceRegions) ? sku.serviceRegions.flatMap((region) => text(region) ?? []) : [];

/** Units and nanos of the last tier: USD per hour of one GPU, one vCPU or one GiB. Null where there is none. */
const priceOf = (sku: Json): number | null => {
  const pricing = Array.isArray(sku.pricingInfo) ? sku.pricingInfo.at(-1) : undefined;
  const rates = isObject(pricing) ? child(pricing, "pricingExpression").tieredRates : undefined;
  const rate: unknown = Array.isArray(rates) ? rates.at(-1) : undefined;
  if (!isObject(rate)) return null;
  const { units = "0", nanos = 0, currencyCode } = child(rate, "unitPrice");
  const [whole, billionths] = [number(units), number(nanos)];
  return currencyCode !== "USD" || whole === null || billionths === null ? null : whole + billionths / 1e9;
};

const keys: Keys = {
  must: [
    "skuId",
    "description",
    "category.resourceGroup",
    "category.usageType",
    "serviceRegions",
    "pricingInfo",
  ],
};

const readGpu = (sku: Json, parts: Parts): Reading => {
  const [id, description] = [text(sku.skuId), text(sku.description)];
  const group = text(child(sku, "category").resourceGroup);
  if (id === null || description === null) return ["no_name"];
  if (group === null) return ["no_category"];
  if (others.test(description)) return [dropped("sold_otherwise")];
  const isPart = part.test(description);
  const isGpu = group === "GPU";
  if (!isGpu && !isPart) return [/\bGPU\b/.test(description) ? "unknown_kind" : dropped("no_gpu")];
  const usage = usageOf(sku);
  if (usages[usage] === undefined) return ["unknown_usage"];
  const price = priceOf(sku);
  if (price === null || price <= 0) return ["bad_price"];
  const regions = regionsOf(sku);
  if (regions.length === 0 || regions.length !== (sku.serviceRegions as unknown[]).length)
    return ["no_region"];
  if (isPart) return [dropped("part_of_a_machine")];
  const gpu = { id, description, usage, price };
  const family = gcpFamilies.find((each) => each.gpu.test(description));
  if (family !== undefined)
    return orElse(
      regions.flatMap((region) => machinesOf(family, gpu, region, parts)),
      "no_region",
    );
  const attached = attachable.find(([pattern]) => pattern.test(description))?.[1];
  const gpuRaw = attached ?? description.replace(/ GPU.*$/, "").replace(/^.*Nvidia /i, "");
  return orElse(
    regions.map((region) => bareGpu(gpu, gpuRaw, region)),
    "no_region",
  );
};

interface GpuSku {
  readonly id: string;
  readonly description: string;
  readonly usage: string;
  readonly price: number;
}

/** Whole machines where cores and memory have a price there; else the GPU alone, marked so. */
const machinesOf = (family: GcpFamily, gpu: GpuSku, region: string, parts: Parts): OfferDraft[] => {
  const core = parts.get(keyOf(family.name, "Core", gpu.usage, region));
  const ram = parts.get(keyOf(family.name, "Ram", gpu.usage, region));
  if (core === undefined || ram === undefined) return [bareGpu(gpu, family.gpuRaw, region)];
  return family.machines.map(({ type, gpus, vcpus, ramGib }) => {
    const total = gpu.price * gpus + core * vcpus + ram * ramGib;
    return {
      ...common(gpu, region),
      offerId: type,
      instanceType: type,
      gpuRaw: family.gpuRaw,
      gpuCount: gpus,
      priceRaw: total,
      unitRaw: "USD per instance-hour, of GPU, core and memory prices; local SSD apart",
      pricePerGpuHour: total / gpus,
      includes: { cpuCores: vcpus, ramGib, diskGib: null },
    };
  });
};

const bareGpu = (gpu: GpuSku, gpuRaw: string, region: string): OfferDraft => ({
  ...common(gpu, region),
  offerId: gpu.id,
  gpuRaw,
  gpuCount: 1,
  priceRaw: gpu.price,
  unitRaw: "USD per GPU-hour without host",
  pricePerGpuHour: gpu.price,
  gpuOnly: true,
});

const common = ({ usage }: GpuSku, region: string) => ({
  provider: "gcp",
  currency: "USD",
  region,
  purchase: usages[usage]!.purchase,
  termMonths: usages[usage]!.termMonths,
});

/** Google Cloud: the billing catalog, machines composed of their parts. Stock is not told. */
export const gcp: Source = {
  id: "gcp",
  name: "Google Cloud",
  kind: "direct",
  provider: "gcp",
  docsUrl: "https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list",
  baseUrl: "https://cloudbilling.googleapis.com",
  everyMinutes: 720,
  needs: ["GCP_API_KEY"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
