import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { answerOf, isAnswer, payloadOf, tolerant } from "./pages.ts";
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
} from "./read.ts";
import { type Dropped, dropped, orElse, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const lists = {
  machines: "/v1/vms/machine-types",
  metal: "/v1/machines-types?pageSize=100",
  models: "/v1/vms/gpu-models",
} as const;

const metalPage = 100;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const payloads: RawPayload[] = [];
  for (const [name, path] of Object.entries(lists))
    payloads.push(await http({ name, url: `${context.baseUrl}${path}` }));
  return payloads;
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const machines = typesOf(payloadOf(payloads, "machines"));
  const metal = answerOf(payloads, "metal");
  const bare = metal === null ? [] : typesOf(metal);
  const memory = memoryOf(answerOf(payloads, "models"));
  const rows = joinRows([
    readRows(machines, machineKeys, (row) => readMachine(row, memory)),
    readRows(bare, metalKeys, (row) => readMetal(row, memory)),
  ]);
  const lost = payloads.filter((payload) => !isAnswer(payload)).map(({ name }) => name);
  const cut = bare.length === metalPage ? ["metal"] : [];
  return { ...rows, completeness: judge(rows, { lost, cut }) };
};

const typesOf = (payload: RawPayload): readonly unknown[] =>
  asArray(asObject(readJson(payload), payload.name).machineTypes, `${payload.name}.machineTypes`);

/** GiB of one GPU by model id. */
type Memory = ReadonlyMap<string, number>;

const memoryOf = (payload: RawPayload | null): Memory => {
  if (payload === null) return new Map();
  const models = asArray(asObject(readJson(payload), "models").gpuModels, "models.gpuModels");
  return new Map(
    models.filter(isObject).flatMap((model) => {
      const [id, gib] = [text(model.id), positive(model.memoryGib)];
      return id === null || gib === null ? [] : [[id, gib] as const];
    }),
  );
};

/** The host that one GPU is priced with here: CUDO lets one choose, within bounds, and sells no GPU without a host. */
interface Host {
  readonly vcpus: number;
  readonly ramGib: number;
}

const usualVcpus = 4;
const usualGibPerVcpu = 4;

const hostOf = (row: Json): Host => {
  const bound = (field: string, otherwise: number): number => positive(row[field]) ?? otherwise;
  const least = Math.max(usualVcpus, Math.ceil(bound("minVcpuPerGpu", 0)), Math.ceil(bound("minVcpu", 0)));
  const vcpus = Math.max(1, Math.min(least, Math.floor(bound("maxVcpuPerGpu", least))));
  const ramGib = Math.max(
    vcpus * usualGibPerVcpu,
    Math.ceil(bound("minMemoryGib", 0)),
    Math.ceil(vcpus / bound("maxVcpuPerMemoryGib", vcpus)),
  );
  const ratio = positive(row.minVcpuPerMemoryGib);
  const most = ratio === null ? ramGib : Math.floor(vcpus / ratio);
  return { vcpus, ramGib: Math.max(1, Math.min(ramGib, most)) };
};

const machineKeys: Keys = {
  must: ["machineType", "gpuModel", "dataCenterId", "gpuPriceHr.value"],
  optional: {
    prices: ["list", "no commitments"],
    totalGpuFree: ["number", "stock is not told"],
    vcpuPriceHr: ["object", "the host has no price of its own"],
    memoryGibPriceHr: ["object", "the host has no price of its own"],
  },
};

const readMachine = (row: Json, memory: Memory): Reading => {
  if (text(row.machineType) === null) return ["no_name"];
  if (row.gpuModel === "" && number(child(row, "gpuPriceHr").value) === 0) return [dropped("no_gpu")];
  if (text(row.gpuModel) === null) return ["no_gpu_name"];
  if (text(row.dataCenterId) === null) return ["no_region"];
  if (freeOf(row.totalGpuFree) === "bad_availability") return ["bad_availability"];
  const committed = (Array.isArray(row.prices) ? row.prices : []).map(
    (prices: unknown): OfferDraft | string | Dropped => {
      const months = monthsOf(prices);
      if (typeof months === "string") return months;
      // The price without a commitment is that of the machine.
      if (months === null) return dropped("repeat");
      return machineDraft(row, prices as Json, months, memory);
    },
  );
  return [machineDraft(row, row, null, memory), ...committed];
};

/** What is free of it; null where that is not told. */
const freeOf = (told: unknown): number | null | "bad_availability" => {
  if (told === undefined) return null;
  const free = number(told);
  return free === null || free < 0 || !Number.isInteger(free) ? "bad_availability" : free;
};

const machineDraft = (row: Json, prices: Json, months: number | null, memory: Memory): OfferDraft => {
  const host = hostOf(row);
  const hosted = hostPrice(prices, host);
  const gpu = number(child(prices, "gpuPriceHr").value) ?? Number.NaN;
  const free = number(row.totalGpuFree);
  return {
    provider: "cudo",
    offerId: text(row.machineType)!,
    gpuRaw: text(row.gpuModel)!,
    vramGib: memory.get(text(row.gpuModelId) ?? "") ?? null,
    gpuCount: 1,
    purchase: months === null ? "on_demand" : "reserved",
    termMonths: months,
    priceRaw: gpu,
    unitRaw: `USD per GPU-hour${hosted === null ? " without host" : withHost(host)}`,
    currency: "USD",
    pricePerGpuHour: gpu > 0 ? gpu + (hosted ?? 0) : Number.NaN,
    includes: hosted === null ? null : { cpuCores: host.vcpus, ramGib: host.ramGib, diskGib: null },
    gpuOnly: hosted === null,
    region: text(row.dataCenterId),
    availableGpus: free,
    availableIs: free === null ? null : "exact",
    scope: "machines",
  };
};

const withHost = ({ vcpus, ramGib }: Host): string =>
  `; ${vcpus} vCPUs and ${ramGib} GiB at their own prices are added`;

/** Price of the host; null where the venue does not price it, NaN where it cannot be read. */
const hostPrice = (row: Json, { vcpus, ramGib }: Host): number | null => {
  if (row.vcpuPriceHr === undefined && row.memoryGibPriceHr === undefined) return null;
  const [vcpu, gib] = [number(child(row, "vcpuPriceHr").value), number(child(row, "memoryGibPriceHr").value)];
  return vcpu === null || gib === null || vcpu < 0 || gib < 0 ? Number.NaN : vcpus * vcpu + ramGib * gib;
};

const terms: Readonly<Record<string, number>> = {
  COMMITMENT_TERM_1_MONTH: 1,
  COMMITMENT_TERM_3_MONTHS: 3,
  COMMITMENT_TERM_6_MONTHS: 6,
  COMMITMENT_TERM_12_MONTHS: 12,
  COMMITMENT_TERM_24_MONTHS: 24,
  COMMITMENT_TERM_36_MONTHS: 36,
};

/** Months of a commitment, null without one, and why it cannot be read. */
const monthsOf = (price: unknown): number | null | string => {
  const term = isObject(price) ? text(price.commitmentTerm) : null;
  if (term === null) return "no_term";
  return term === "COMMITMENT_TERM_NONE" ? null : (terms[term] ?? "unknown_term");
};

const metalKeys: Keys = {
  must: ["id", "gpus", "dataCenterId", "prices", "machinesFree"],
  optional: { gpuModelId: ["text", "no GPU"] },
};

const readMetal = (row: Json, memory: Memory): Reading => {
  const gpus = number(row.gpus);
  if (gpus === 0) return [dropped("no_gpu")];
  if (text(row.id) === null || text(row.gpuModelId) === null) return ["no_name"];
  if (text(row.dataCenterId) === null) return ["no_region"];
  if (count(gpus) === null) return ["bad_gpu_count"];
  if (freeOf(row.machinesFree) === "bad_availability") return ["bad_availability"];
  const sold = (Array.isArray(row.prices) ? row.prices : []).map((price: unknown): OfferDraft | string => {
    const months = monthsOf(price);
    return typeof months === "string" ? months : metalDraft(row, price as Json, months, memory);
  });
  return orElse(sold, "no_price");
};

const metalDraft = (row: Json, price: Json, months: number | null, memory: Memory): OfferDraft => {
  const [model, gpus, machines] = [text(row.gpuModelId)!, count(row.gpus)!, number(row.machinesFree)];
  const priceRaw = number(child(price, "priceHr").value) ?? Number.NaN;
  return {
    provider: "cudo",
    offerId: text(row.id)!,
    gpuRaw: model,
    vramGib: memory.get(model) ?? null,
    gpuCount: gpus,
    machineShare: 1,
    purchase: months === null ? "on_demand" : "reserved",
    termMonths: months,
    priceRaw,
    unitRaw: "USD per machine-hour",
    currency: "USD",
    pricePerGpuHour: perGpuHour(priceRaw, { gpus }),
    includes: { cpuCores: positive(row.cpuCores), ramGib: positive(row.memoryGib), diskGib: diskOf(row) },
    region: text(row.dataCenterId),
    availableGpus: machines === null ? null : machines * gpus,
    availableIs: machines === null ? null : "exact",
    scope: "metal",
  };
};

const diskOf = (row: Json): number | null => {
  const [disks, gib] = [count(row.disks), positive(row.diskSizeGib)];
  return disks === null || gib === null ? null : disks * gib;
};

/** CUDO Compute: virtual machines by data centre with a least host added to the GPU's price, and bare metal. */
export const cudo: Source = {
  id: "cudo",
  name: "CUDO Compute",
  kind: "direct",
  provider: "cudo",
  docsUrl: "https://www.cudocompute.com/docs/rest-api",
  baseUrl: "https://rest.compute.cudo.org",
  everyMinutes: 15,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 3,
  fetch,
  parse,
};
