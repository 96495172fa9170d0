import type { FleetDraft } from "../domain/fleet.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { type Keys, keyCheck } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import {
  asArray,
  asObject,
  isObject,
  type Json,
  judge,
  number,
  optionalPrice,
  readJson,
  readRows,
  text,
} from "./read.ts";
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({
    name: "snapshot",
    url: `${baseUrl}/v1/io-explorer/network/market-snapshot?hardware_type=gpu`,
  }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const { data } = asObject(readJson(payloadOf(payloads, "snapshot")), "snapshot");
  const hardware = asArray(data, "snapshot.data");
  const rows = readRows(hardware, keys, readHardware);
  return { ...rows, completeness: judge(rows), fleets: hardware.filter(isObject).flatMap(fleetOf) };
};

/** The same GPUs are sold in four ways; the first of these that has a price speaks for them. */
const products = ["vmaas_price", "caas_price", "kubernetes_price", "baremetal_price"] as const;

const isGpu = (row: Json): boolean => row.type === "GPU";

const keys: Keys = { must: ["type", "id", "hardware_name", "idle"] };

const priceFault = keyCheck({
  must: [],
  may: {
    vmaas_price: ["number", "not sold so"],
    caas_price: ["number", "not sold so"],
    kubernetes_price: ["number", "not sold so"],
    baremetal_price: ["number", "not sold so"],
    price: ["number", "none is told"],
  },
});

const readHardware = (row: Json): Reading => {
  const gpuRaw = text(row.hardware_name);
  const id = number(row.id);
  if (row.type === "CPU") return [dropped("no_gpu")];
  if (!isGpu(row)) return ["unknown_kind"];
  const fault = priceFault(row);
  if (fault !== null) return [fault];
  if (gpuRaw === null || id === null) return ["no_name"];
  const idle = number(row.idle);
  if (idle === null || idle < 0) return ["bad_availability"];
  const product = products.find((field) => optionalPrice(row[field]) !== null);
  const price = product === undefined ? number(row.price) : optionalPrice(row[product]);
  const offerId = product === undefined ? `${id}` : `${id}/${product.replace("_price", "")}`;
  return [draftOf(offerId, gpuRaw, idle, price ?? Number.NaN, product ?? null)];
};

const draftOf = (
  offerId: string,
  gpuRaw: string,
  idle: number,
  price: number,
  product: string | null,
): OfferDraft => ({
  provider: "ionet",
  offerId,
  gpuRaw,
  gpuCount: 1,
  purchase: "on_demand",
  priceRaw: price,
  unitRaw: `USD per GPU-hour (${product ?? "price of the network"})`,
  currency: "USD",
  pricePerGpuHour: price,
  availableGpus: idle,
  availableIs: "exact",
  // Without a product the price is what the network says of the hardware, which nobody asks.
  derived: product === null,
});

const fleetOf = (row: Json): FleetDraft[] => {
  const [gpuRaw, totalGpus, rentedGpus] = [text(row.hardware_name), number(row.total), number(row.hired)];
  if (!isGpu(row) || gpuRaw === null || totalGpus === null || rentedGpus === null || totalGpus <= 0)
    return [];
  return [{ provider: "ionet", gpuRaw, totalGpus, rentedGpus }];
};

/** io.net: what the network sells by hardware, with how much of it is hired. Not documented by the venue. */
export const ionet: Source = {
  id: "ionet",
  name: "io.net",
  kind: "marketplace",
  provider: "ionet",
  docsUrl: "https://io.net/docs",
  baseUrl: "https://api.io.solutions",
  everyMinutes: 15,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 3,
  fetch,
  parse,
};
