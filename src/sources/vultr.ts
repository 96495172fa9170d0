import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys, Meaning } from "./keys.ts";
import { byScope, fetchPages, isAnswer, peek, tolerant } from "./pages.ts";
import {
  asArray,
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
import { dropped, orElse, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const lists = {
  plans: { path: "/plans?type=all&per_page=500", field: "plans" },
  metal: { path: "/plans-metal?per_page=500", field: "plans_metal" },
} as const;

const maxPages = 20;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const payloads: RawPayload[] = [];
  for (const [scope, { path }] of Object.entries(lists)) {
    const url = `${context.baseUrl}${path}`;
    const next = (page: RawPayload, soFar: number) => {
      const cursor = nextCursor(peek(page));
      return cursor === null
        ? null
        : { name: `${scope}-${soFar + 1}`, url: `${url}&cursor=${encodeURIComponent(cursor)}` };
    };
    payloads.push(...(await fetchPages(http, { name: `${scope}-1`, url }, next, maxPages)));
  }
  return payloads;
};

const nextCursor = (body: unknown): string | null =>
  isObject(body) ? text(child(child(body, "meta"), "links").next) : null;

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const scopes = byScope(payloads);
  const parts: Rows[] = [];
  const lost: string[] = [];
  const cut: string[] = [];
  for (const scope of ["plans", "metal"] as const) {
    const pages = (scopes.get(scope) ?? []).filter(isAnswer);
    const read = scope === "plans" ? readPlan : readMetal;
    const { field } = lists[scope];
    for (const page of pages) {
      const rows = asArray(asObject(readJson(page), page.name)[field], `${page.name}.${field}`);
      parts.push(readRows(rows, scope === "plans" ? planKeys : metalKeys, read));
    }
    const last = scopes.get(scope)?.at(-1);
    if (last === undefined || !isAnswer(last)) lost.push(scope);
    else if (nextCursor(readJson(last)) !== null) cut.push(scope);
  }
  if (parts.length === 0) throw wrongShape("vultr", "an answer with plans, but there is none");
  const rows = joinRows(parts);
  return { ...rows, completeness: judge(rows, { lost, cut }) };
};

const places: Meaning = ["list", "offered nowhere now"];

const planKeys: Keys = {
  must: ["id", "type", "hourly_cost"],
  may: { locations: places },
  optional: {
    gpu_type: ["text", "a plan without a GPU"],
    hourly_cost_preemptible: ["number", "not sold as spot"],
  },
};

const metalKeys: Keys = {
  must: ["id", "hourly_cost"],
  may: { locations: places, hourly_cost_preemptible: ["number", "not sold as spot"] },
};

/** Memory in GB of the GPU that Vultr cuts into plans. An A16 board has four GPUs of 16 GB. */
const cardGib: Readonly<Record<string, number>> = {
  NVIDIA_A16: 16,
  NVIDIA_A40: 48,
  NVIDIA_A100: 80,
  NVIDIA_L40S: 48,
  NVIDIA_H100: 80,
  NVIDIA_GH200: 96,
  NVIDIA_B200: 180,
  AMD_MI300X: 192,
  AMD_MI325X: 256,
  AMD_MI355X: 288,
};

const readPlan = (row: Json): Reading => {
  const gpuRaw = text(row.gpu_type);
  if (gpuRaw === null && row.type !== "vcg" && row.gpu_vram_gb === undefined) return [dropped("no_gpu")];
  if (gpuRaw === null) return ["no_name"];
  const memory = positive(row.gpu_vram_gb);
  const card = cardGib[gpuRaw.toUpperCase()];
  if (memory === null || card === undefined) return ["unknown_gpu_memory"];
  const gpus = memory / card;
  // Several GPUs must come out whole within the few per cent by which venues round their memory.
  const whole = Math.round(gpus);
  if (gpus > 1 && Math.abs(gpus - whole) > 0.07 * whole) return ["bad_gpu_count"];
  const isSlice = gpus < 0.93;
  return sold(row, {
    ...planOf(row),
    gpuRaw,
    vramGib: card,
    gpuCount: isSlice ? 1 : whole,
    gpuShare: isSlice ? gpus : 1,
    includes: {
      cpuCores: positive(row.vcpu_count),
      ramGib: gibOfMb(row.ram),
      diskGib: positive(row.disk),
    },
    scope: "plans",
  });
};

/** "vbm-256c-2048gb-8-mi300x-gpu": the GPU is told by the id alone; without a number it is one. */
const metalId = /^vbm-\d+c-\d+gb-(?:(\d+)-)?(.+)-gpu(?:-|$)/;

const readMetal = (row: Json): Reading => {
  const id = text(row.id);
  if (id === null) return ["no_name"];
  const match = metalId.exec(id);
  if (match === null) return /gpu/i.test(id) ? ["unknown_instance_type"] : [dropped("no_gpu")];
  return sold(row, {
    ...planOf(row),
    gpuRaw: match[2]!,
    gpuCount: Number(match[1] ?? 1),
    machineShare: 1,
    includes: { cpuCores: positive(row.cpu_cores), ramGib: gibOfMb(row.ram), diskGib: null },
    scope: "metal",
  });
};

type Unpriced = Omit<OfferDraft, "purchase" | "priceRaw" | "unitRaw" | "currency" | "pricePerGpuHour">;

const planOf = (row: Json): Pick<Unpriced, "provider" | "offerId" | "instanceType"> => ({
  provider: "vultr",
  offerId: String(row.id),
  instanceType: text(row.id),
});

/** Locations are where a plan is offered, which is no stock; a plan without any cannot be had now. */
const sold = (row: Json, plan: Unpriced): Reading => {
  if (text(row.id) === null) return ["no_name"];
  const offer = (purchase: "on_demand" | "spot", price: unknown): readonly OfferDraft[] => {
    const priceRaw = number(price) ?? Number.NaN;
    const gpus = plan.gpuCount * (plan.gpuShare ?? 1);
    const draft: OfferDraft = {
      ...plan,
      purchase,
      priceRaw,
      unitRaw: "USD per plan-hour",
      currency: "USD",
      pricePerGpuHour: gpus > 0 ? perGpuHour(priceRaw, { gpus }) : Number.NaN,
    };
    const places = Array.isArray(row.locations)
      ? row.locations.map(text).filter((place) => place !== null)
      : [];
    if (places.length === 0) return [{ ...draft, availableGpus: 0, availableIs: "exact" }];
    return places.map((region) => ({ ...draft, region }));
  };
  if (positive(row.hourly_cost) === null) return ["bad_price"];
  const spot = positive(row.hourly_cost_preemptible);
  return orElse(
    [...offer("on_demand", row.hourly_cost), ...(spot === null ? [] : offer("spot", spot))],
    "no_region",
  );
};

const gibOfMb = (value: unknown): number | null => {
  const mb = positive(value);
  return mb === null ? null : mb / 1024;
};

/** Vultr: plans with whole or cut GPUs, and bare metal. */
export const vultr: Source = {
  id: "vultr",
  name: "Vultr",
  kind: "direct",
  provider: "vultr",
  docsUrl: "https://www.vultr.com/api/#tag/plans",
  baseUrl: "https://api.vultr.com/v2",
  everyMinutes: 60,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
