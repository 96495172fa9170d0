import { perGpuHour } from "../domain/money.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import {
  asArray,
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
import type { Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl, keys }: FetchContext): Promise<readonly RawPayload[]> => {
  const headers = { authorization: `Bearer ${keys.MITHRIL_API_KEY ?? ""}` };
  return [
    await http({ name: "types", url: `${baseUrl}/v2/instance-types`, headers }),
    await http({ name: "auctions", url: `${baseUrl}/v2/spot/availability`, headers }),
  ];
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const types = typesOf(asArray(readJson(payloadOf(payloads, "types")), "types"));
  const auctions = asArray(readJson(payloadOf(payloads, "auctions")), "auctions");
  const rows = readRows(auctions, keys, (row) => readAuction(row, types));
  return { ...rows, completeness: judge(rows) };
};

/** GPU, number and memory of each instance type, by its id. */
type Types = ReadonlyMap<
  string,
  { readonly gpuRaw: string; readonly gpus: number; readonly vram: number | null }
>;

const typesOf = (rows: readonly unknown[]): Types =>
  new Map(
    rows.filter(isObject).flatMap((row) => {
      const id = text(row.fid);
      const gpu = Array.isArray(row.gpus) && row.gpus.length === 1 ? row.gpus[0] : undefined;
      const gpuRaw = isObject(gpu) ? text(gpu.name) : null;
      const gpus = isObject(gpu) ? count(gpu.count) : null;
      if (id === null || gpuRaw === null || gpus === null || !isObject(gpu)) return [];
      return [[id, { gpuRaw, gpus, vram: positive(gpu.vram_gb) }] as const];
    }),
  );

const keys: Keys = { must: ["fid", "region", "instance_type", "capacity", "last_instance_price"] };

/** The last price that cleared is what a winner pays; the least bid is no ask and is left out. */
const readAuction = (row: Json, types: Types): Reading => {
  const [id, region, typeId] = [text(row.fid), text(row.region), text(row.instance_type)];
  if (id === null) return ["no_name"];
  if (region === null) return ["no_region"];
  const type = types.get(typeId ?? "");
  if (type === undefined) return ["unknown_instance_type"];
  const capacity = number(row.capacity);
  if (capacity === null || capacity < 0 || !Number.isInteger(capacity)) return ["bad_availability"];
  const price = dollars(row.last_instance_price);
  if (price === null) return ["bad_price"];
  return [
    {
      provider: "mithril",
      offerId: id,
      gpuRaw: type.gpuRaw,
      vramGib: type.vram,
      gpuCount: type.gpus,
      purchase: "spot",
      priceRaw: price,
      unitRaw: "USD per instance-hour, last auction price",
      currency: "USD",
      pricePerGpuHour: perGpuHour(price, { gpus: type.gpus }),
      region,
      availableGpus: capacity * type.gpus,
      availableIs: "exact",
    },
  ];
};

/** "$25.60" */
const dollars = (value: unknown): number | null => positive(/^\$([\d.]+)$/.exec(text(value) ?? "")?.[1]);

/** Mithril (Foundry): an auction of instances; the last clearing price by region. */
export const mithril: Source = {
  id: "mithril",
  name: "Mithril",
  kind: "marketplace",
  provider: "mithril",
  docsUrl: "https://docs.mithril.ai/",
  baseUrl: "https://api.mithril.ai",
  everyMinutes: 10,
  needs: ["MITHRIL_API_KEY"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
