import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
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
  type RowResult,
  readJson,
  readRows,
  text,
} from "./read.ts";
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
    readRows(machines, (row) => readMachine(row, memory)),
    readRows(bare, (row) => readMetal(row, memory)),
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

/** vCPUs and GiB of RAM that a GPU is priced with here: CUDO lets one choose, and sells no GPU without a host. */
const host = { vcpus: 4, ramGib: 16 } as const;

const readMachine = (row: Json, memory: Memory): RowResult => {
  const [type, place, model] = [text(row.machineType), text(row.dataCenterId), text(row.gpuModel)];
  if (type === null) return ["no_name"];
  if (row.gpuModel === "" && number(child(row, "gpuPriceHr").value) === 0) return [];
  if (model === null) return ["no_gpu_name"];
  if (place === null) return ["no_region"];
  const free = number(row.totalGpuFree);
  if (free === null || free < 0 || !Number.isInteger(free)) return ["bad_availability"];
  const gpu = number(child(row, "gpuPriceHr").value) ?? Number.NaN;
  const hosted = hostPrice(row);
  if (hosted !== null && Number.isNaN(hosted)) return ["bad_price"];
  return [
    {
      provider: "cudo",
      offerId: type,
      gpuRaw: model,
      vramGib: memory.get(text(row.gpuModelId) ?? "") ?? null,
      gpuCount: 1,
      purchase: "on_demand",
      priceRaw: gpu,
      unitRaw: hosted === null ? "USD per GPU-hour without host" : hostedUnit,
      currency: "USD",
      pricePerGpuHour: gpu > 0 ? gpu + (hosted ?? 0) : Number.NaN,
      includes: hosted === null ? null : { cpuCores: host.vcpus, ramGib: host.ramGib, diskGib: null },
      gpuOnly: hosted === null,
      region: place,
      availableGpus: free,
      availableIs: "exact",
      scope: "machines",
    },
  ];
};

const hostedUnit = `USD per GPU-hour; ${host.vcpus} vCPUs and ${host.ramGib} GiB at their own prices are added`;

/** USD per hour of the host of one GPU; null where the venue does not price it, NaN where it cannot be read. */
const hostPrice = (row: Json): number | null => {
  if (row.vcpuPriceHr === undefined && row.memoryGibPriceHr === undefined) return null;
  const [vcpu, gib] = [number(child(row, "vcpuPriceHr").value), number(child(row, "memoryGibPriceHr").value)];
  return vcpu === null || gib === null || vcpu < 0 || gib < 0
    ? Number.NaN
    : host.vcpus * vcpu + host.ramGib * gib;
};

const terms: Readonly<Record<string, number>> = {
  COMMITMENT_TERM_1_MONTH: 1,
  COMMITMENT_TERM_3_MONTHS: 3,
  COMMITMENT_TERM_6_MONTHS: 6,
  COMMITMENT_TERM_12_MONTHS: 12,
  COMMITMENT_TERM_24_MONTHS: 24,
  COMMITMENT_TERM_36_MONTHS: 36,
};

const readMetal = (row: Json, memory: Memory): RowResult => {
  const [id, place, model] = [text(row.id), text(row.dataCenterId), text(row.gpuModelId)];
  const gpus = number(row.gpus);
  if (gpus === 0) return [];
  if (id === null || model === null) return ["no_name"];
  if (place === null) return ["no_region"];
  const free = number(row.machinesFree);
  if (count(gpus) === null) return ["bad_gpu_count"];
  if (free === null || free < 0 || !Number.isInteger(free)) return ["bad_availability"];
  if (!Array.isArray(row.prices) || row.prices.length === 0) return ["no_price"];
  return row.prices.map((each: unknown): OfferDraft | string => {
    const term = isObject(each) ? text(each.commitmentTerm) : null;
    if (!isObject(each) || term === null) return "no_term";
    const months = term === "COMMITMENT_TERM_NONE" ? null : terms[term];
    if (months === undefined) return "unknown_term";
    const price = number(child(each, "priceHr").value) ?? Number.NaN;
    return {
      provider: "cudo",
      offerId: id,
      gpuRaw: model,
      vramGib: memory.get(model) ?? null,
      gpuCount: gpus!,
      machineShare: 1,
      purchase: months === null ? "on_demand" : "reserved",
      termMonths: months,
      priceRaw: price,
      unitRaw: "USD per machine-hour",
      currency: "USD",
      pricePerGpuHour: perGpuHour(price, { gpus: gpus! }),
      region: place,
      availableGpus: free * gpus!,
      availableIs: "exact",
      scope: "metal",
    };
  });
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
  parserVersion: 1,
  fetch,
  parse,
};
