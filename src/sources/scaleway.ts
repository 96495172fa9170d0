import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { fetchPages, isAnswer, peek, tolerant } from "./pages.ts";
import {
  asObject,
  child,
  count,
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
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

/** Zones that have machines with GPUs. */
const zones = ["fr-par-1", "fr-par-2", "nl-ams-1", "pl-waw-2"] as const;
const perPage = 100;
const maxPages = 10;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const payloads: RawPayload[] = [];
  for (const zone of zones) {
    for (const list of ["servers", "stock"] as const) {
      const path = `zones/${zone}/products/servers${list === "stock" ? "/availability" : ""}`;
      const page = (number: number) => ({
        name: `${zone}/${list}-${number}`,
        url: `${context.baseUrl}/instance/v1/${path}?per_page=${perPage}&page=${number}`,
      });
      const next = (payload: RawPayload, soFar: number) => (isFull(peek(payload)) ? page(soFar + 1) : null);
      payloads.push(...(await fetchPages(http, page(1), next, maxPages)));
    }
  }
  return payloads;
};

/** How many there are stands in a header; a full page may be followed by another. */
const isFull = (body: unknown): boolean =>
  isObject(body) && Object.keys(child(body, "servers")).length >= perPage;

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const parts: Rows[] = [];
  const lost: string[] = [];
  const cut: string[] = [];
  for (const zone of zones) {
    const servers = readList(payloads, `${zone}/servers`);
    const stock = readList(payloads, `${zone}/stock`);
    if (servers === null || stock === null || servers.lost || stock.lost) lost.push(zone);
    if (servers?.cut || stock?.cut) cut.push(zone);
    const types = [...(servers?.entries ?? [])].map(([name, type]) =>
      isObject(type) ? { ...type, name } : type,
    );
    parts.push(readRows(types, keys, (row) => readType(row, zone, stock?.entries ?? null)));
  }
  if (lost.length === zones.length) throw wrongShape("scaleway", "an answer of at least one zone");
  const rows = joinRows(parts);
  return { ...rows, completeness: judge(rows, { lost, cut }) };
};

interface List {
  readonly entries: ReadonlyMap<string, unknown>;
  readonly lost: boolean;
  readonly cut: boolean;
}

const readList = (payloads: readonly RawPayload[], scope: string): List | null => {
  const pages = payloads.filter(({ name }) => name.startsWith(`${scope}-`));
  const answers = pages.filter(isAnswer);
  const last = pages.at(-1);
  if (answers.length === 0 || last === undefined) return null;
  const entries = new Map<string, unknown>();
  for (const page of answers) {
    const { servers } = asObject(readJson(page), page.name);
    for (const [name, entry] of Object.entries(asObject(servers, `${page.name}.servers`)))
      entries.set(name, entry);
  }
  return { entries, lost: !isAnswer(last), cut: isAnswer(last) && isFull(peek(last)) };
};

const keys: Keys = {
  must: ["hourly_price"],
  may: {
    gpu: ["number", "a type without GPUs"],
    gpu_info: ["object", "a type without GPUs"],
    mig_profile: ["text", "whole cards"],
  },
};

const readType = (row: Json, zone: string, stock: ReadonlyMap<string, unknown> | null): Reading => {
  const name = text(row.name)!;
  const gpus = number(row.gpu) ?? 0;
  if (gpus === 0 && !isObject(row.gpu_info)) return [dropped("no_gpu")];
  if (text(row.mig_profile) !== null) return [dropped("slice")];
  if (count(gpus) === null) return ["bad_gpu_count"];
  const info = child(row, "gpu_info");
  const gpuRaw = text(info.gpu_name);
  if (gpuRaw === null) return ["no_gpu_name"];
  const level = text(child({ entry: stock?.get(name) }, "entry").availability);
  return [{ ...draftOf(row, name, gpuRaw, gpus), region: zone, scope: zone, ...freeOf(level, gpus) }];
};

/** "shortage" is none; "available" and "scarce" let at least one be had. */
const freeOf = (level: string | null, gpus: number): Pick<OfferDraft, "availableGpus" | "availableIs"> => {
  if (level === "shortage") return { availableGpus: 0, availableIs: "exact" };
  return level === "available" || level === "scarce" ? { availableGpus: gpus, availableIs: "floor" } : {};
};

/** monthly_price is 730 hours and no commitment. */
const draftOf = (row: Json, name: string, gpuRaw: string, gpus: number): OfferDraft => {
  const price = number(row.hourly_price) ?? Number.NaN;
  const [ram, memory] = [positive(row.ram), positive(child(row, "gpu_info").gpu_memory)];
  return {
    provider: "scaleway",
    offerId: name,
    instanceType: name,
    gpuRaw,
    vramGib: memory === null ? null : memory / 1024 ** 3,
    gpuCount: gpus,
    purchase: "on_demand",
    priceRaw: price,
    unitRaw: "EUR per instance-hour",
    currency: "EUR",
    pricePerGpuHour: perGpuHour(price, { gpus }),
    includes: {
      cpuCores: positive(row.ncpus),
      ramGib: ram === null ? null : ram / 1024 ** 3,
      diskGib: null,
    },
  };
};

/** Scaleway: GPU instances by zone, in euros, with a level of stock. */
export const scaleway: Source = {
  id: "scaleway",
  name: "Scaleway",
  kind: "direct",
  provider: "scaleway",
  docsUrl: "https://www.scaleway.com/en/developers/api/instance/",
  baseUrl: "https://api.scaleway.com",
  everyMinutes: 30,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
