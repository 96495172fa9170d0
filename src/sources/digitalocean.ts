import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { fetchPages, isAnswer, peek, tolerant } from "./pages.ts";
import {
  asArray,
  asObject,
  child,
  count,
  isObject,
  type Json,
  joinRows,
  judge,
  number,
  positive,
  readJson,
  readRows,
  text,
  wrongShape,
} from "./read.ts";
import { dropped, orElse, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const maxPages = 20;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const headers = { authorization: `Bearer ${context.keys.DIGITALOCEAN_TOKEN ?? ""}` };
  const page = (number: number) => ({
    name: `sizes-${number}`,
    url: `${context.baseUrl}/v2/sizes?per_page=200&page=${number}`,
    headers,
  });
  const next = (payload: RawPayload, soFar: number) => (hasNext(peek(payload)) ? page(soFar + 1) : null);
  return fetchPages(tolerant(context), page(1), next, maxPages);
};

const hasNext = (body: unknown): boolean =>
  isObject(body) && text(child(child(body, "links"), "pages").next) !== null;

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const pages = payloads.filter(isAnswer);
  const last = payloads.at(-1);
  if (pages.length === 0 || last === undefined) throw wrongShape("sizes", "an answer, but there is none");
  const bodies = pages.map((page) => asObject(readJson(page), page.name));
  const rows = joinRows(
    bodies.map((body, i) => readRows(asArray(body.sizes, `${pages[i]!.name}.sizes`), keys, readSize)),
  );
  const lost = isAnswer(last) ? [] : ["*"];
  const cut = isAnswer(last) && hasNext(bodies.at(-1)) ? ["*"] : [];
  return { ...rows, completeness: judge(rows, { lost, cut }) };
};

const keys: Keys = {
  must: ["slug", "price_hourly", "regions", "available"],
  optional: { gpu_info: ["object", "no GPU"] },
};

const readSize = (row: Json): Reading => {
  const slug = text(row.slug);
  if (slug === null) return ["no_name"];
  if (!isObject(row.gpu_info)) return [slug.startsWith("gpu-") ? "no_gpu_name" : dropped("no_gpu")];
  const gpus = count(row.gpu_info.count);
  const gpuRaw = text(row.gpu_info.model);
  if (gpuRaw === null) return ["no_gpu_name"];
  if (gpus === null) return ["bad_gpu_count"];
  if (!Array.isArray(row.regions) || typeof row.available !== "boolean") return ["no_regions"];
  const draft = draftOf(row, slug, gpuRaw, gpus);
  if (row.regions.length === 0 || !row.available)
    return [{ ...draft, availableGpus: 0, availableIs: "exact" }];
  const placed = row.regions.map((region): OfferDraft | string => {
    const code = text(region);
    return code === null
      ? "no_region"
      : { ...draft, region: code, availableGpus: gpus, availableIs: "floor" };
  });
  return orElse(placed, "no_region");
};

/** A region that is listed can take at least one more; how many is not told. */
const draftOf = (row: Json, slug: string, gpuRaw: string, gpus: number): OfferDraft => {
  const price = number(row.price_hourly) ?? Number.NaN;
  const memory = positive(child(child(row, "gpu_info"), "vram").amount);
  const ram = positive(row.memory);
  return {
    provider: "digitalocean",
    offerId: slug,
    instanceType: slug,
    gpuRaw,
    // The venue tells the memory of all GPUs together.
    vramGib: memory === null ? null : memory / gpus,
    gpuCount: gpus,
    purchase: "on_demand",
    priceRaw: price,
    unitRaw: "USD per droplet-hour",
    currency: "USD",
    pricePerGpuHour: perGpuHour(price, { gpus }),
    includes: {
      cpuCores: positive(row.vcpus),
      ramGib: ram === null ? null : ram / 1024,
      diskGib: positive(row.disk),
    },
  };
};

/** DigitalOcean: GPU droplets with the regions in which they can be created now. */
export const digitalocean: Source = {
  id: "digitalocean",
  name: "DigitalOcean",
  kind: "direct",
  provider: "digitalocean",
  docsUrl: "https://docs.digitalocean.com/reference/api/digitalocean/#tag/Sizes",
  baseUrl: "https://api.digitalocean.com",
  everyMinutes: 15,
  needs: ["DIGITALOCEAN_TOKEN"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
