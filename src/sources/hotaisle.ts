import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { isAnswer, tolerant } from "./pages.ts";
import {
  asArray,
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
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const lists = ["virtual_machines", "bare_metal"] as const;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context);
  const { HOTAISLE_API_KEY: key = "", HOTAISLE_TEAM: team = "" } = context.keys;
  const headers = { authorization: `Token ${key}` };
  const payloads: RawPayload[] = [];
  for (const name of lists) {
    const url = `${context.baseUrl}/api/teams/${encodeURIComponent(team)}/${name}/available/`;
    payloads.push(await http({ name, url, headers }));
  }
  return payloads;
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const answers = payloads.filter(isAnswer);
  if (answers.length === 0) throw wrongShape("hotaisle", "an answer, but there is none");
  const rows = joinRows(
    answers.map((answer) =>
      readRows(asArray(readJson(answer), answer.name), keys, (row) => readMachine(row, answer.name)),
    ),
  );
  const lost = payloads.filter((payload) => !isAnswer(payload)).map(({ name }) => name);
  return { ...rows, completeness: judge(rows, { lost }) };
};

const keys: Keys = {
  must: ["Quantity", "OnDemandPrice", "Specs.gpus"],
};

const readMachine = (row: Json, list: string): Reading => {
  const specs = child(row, "Specs");
  if (!Array.isArray(specs.gpus)) return ["no_gpu_name"];
  if (specs.gpus.length === 0) return [dropped("no_gpu")];
  const host = hostFault(specs);
  if (host !== null) return [host];
  const [gpu] = specs.gpus;
  const gpuRaw = isObject(gpu) ? text(gpu.model) : null;
  const gpus = isObject(gpu) ? count(gpu.count) : null;
  if (gpuRaw === null || specs.gpus.length > 1) return ["no_gpu_name"];
  if (gpus === null) return ["bad_gpu_count"];
  const free = number(row.Quantity);
  if (free === null || free < 0 || !Number.isInteger(free)) return ["bad_availability"];
  return [draftOf(row, specs, { list, gpuRaw, gpus, free })];
};

/** A machine has no id: its host is a part of what tells it apart. */
const hostFault = (specs: Json): string | null => {
  const absent = ["cpu_cores", "ram_capacity"].find((key) => positive(specs[key]) === null);
  return absent === undefined ? null : `absent_key: Specs.${absent}`;
};

interface Machine {
  readonly list: string;
  readonly gpuRaw: string;
  readonly gpus: number;
  /** Machines; 0 is listed but sold out. */
  readonly free: number;
}

/** The venue has one region and gives its machines no id: what they are made of tells them apart. */
const draftOf = (row: Json, specs: Json, { list, gpuRaw, gpus, free }: Machine): OfferDraft => {
  const cents = number(row.OnDemandPrice) ?? Number.NaN;
  const [cores, ram, disk] = [specs.cpu_cores, specs.ram_capacity, specs.disk_capacity].map(positive);
  const minutes = positive(row.MinimumReservationMinutes);
  return {
    provider: "hotaisle",
    offerId: `${list}/${gpus}x${gpuRaw}/${cores ?? ""}/${gibOf(ram) ?? ""}`,
    gpuRaw,
    gpuCount: gpus,
    machineShare: list === "bare_metal" ? 1 : null,
    purchase: "on_demand",
    minHours: minutes === null ? null : minutes / 60,
    priceRaw: cents,
    unitRaw: "US cents per machine-hour",
    currency: "USD",
    pricePerGpuHour: perGpuHour(cents, { unit: 100, gpus }),
    includes: { cpuCores: cores ?? null, ramGib: gibOf(ram), diskGib: gibOf(disk) },
    region: "us-michigan-1",
    availableGpus: free * gpus,
    availableIs: "exact",
    scope: list,
  };
};

const gibOf = (bytes: number | null | undefined): number | null =>
  bytes == null ? null : Math.round(bytes / 1024 ** 3);

/** Hot Aisle: virtual machines and bare metal with what is free now. */
export const hotaisle: Source = {
  id: "hotaisle",
  name: "Hot Aisle",
  kind: "direct",
  provider: "hotaisle",
  docsUrl: "https://admin.hotaisle.app/api/docs/",
  baseUrl: "https://admin.hotaisle.app",
  everyMinutes: 10,
  needs: ["HOTAISLE_API_KEY", "HOTAISLE_TEAM"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
