import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { gpuMetric, gpuOf, oci, payAsYouGo } from "./oci.ts";
import { payloadOf } from "./pages.ts";
import {
  asArray,
  asObject,
  child,
  count,
  isObject,
  type Json,
  judge,
  positive,
  readJson,
  readRows,
  text,
} from "./read.ts";
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const estimator = "https://www.oracle.com/a/ocom/docs/cloudestimator2/data";

/** The price list has a host of its own; a mirror set as the base URL serves both. */
const fetch = async ({ http, baseUrl }: FetchContext): Promise<readonly RawPayload[]> => {
  const priceList = baseUrl === estimator ? oci.baseUrl : baseUrl;
  return [
    await http({ name: "shapes", url: `${baseUrl}/shapes.json` }),
    await http({ name: "products", url: `${priceList}/products/?currencyCode=USD` }),
  ];
};

const itemsOf = (payloads: readonly RawPayload[], name: string): readonly unknown[] =>
  asArray(asObject(readJson(payloadOf(payloads, name)), name).items, `${name}.items`);

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const products = itemsOf(payloads, "products").filter(isObject);
  const parts = new Map(products.map((part) => [text(part.partNumber), part]));
  const rows = readRows(itemsOf(payloads, "shapes"), keys, (shape) => readShape(shape, parts));
  return { ...rows, completeness: judge(rows) };
};

const keys: Keys = {
  must: ["name", "status", "subType.value", "products"],
  may: {
    gpuQty: ["number", "a shape without GPUs"],
    hidden: ["flag", "it is shown"],
    allowPreemptible: ["flag", "not sold as spot"],
  },
};

const readShape = (shape: Json, parts: ReadonlyMap<string | null, Json>): Reading => {
  if (child(shape, "subType").value !== "gpu" && shape.gpuQty == null) return [dropped("no_gpu")];
  if (shape.hidden === true) return [dropped("hidden")];
  if (text(shape.status) === "INACTIVE") return [dropped("inactive")];
  const name = text(shape.name);
  const gpus = count(shape.gpuQty);
  if (name === null) return ["no_name"];
  if (text(shape.status) !== "ACTIVE") return ["no_state"];
  if (gpus === null) return ["bad_gpu_count"];
  const cpu = cpuOf(shape);
  const part = parts.get(text(cpu.partNumber));
  const price = part === undefined ? null : payAsYouGo(part);
  if (part === undefined || price === null) return ["no_price"];
  if (part.metricName !== gpuMetric) return ["bad_unit"];
  const called = text(part.displayName);
  if (called === null) return ["no_gpu_name"];
  const draft = draftOf(shape, name, gpus, gpuOf(called), price);
  if (shape.allowPreemptible !== true) return [draft];
  return [draft, { ...draft, purchase: "spot", unitRaw: halfPrice, pricePerGpuHour: price / 2 }];
};

const halfPrice = "USD per GPU-hour, of which preemptible costs half";

/** The part called "ocpu" of a shape with GPUs is priced by GPU; its quantity is that of CPU cores. */
const cpuOf = (shape: Json): Json => {
  const products = Array.isArray(shape.products) ? shape.products.filter(isObject) : [];
  return products.find((product) => child(product, "type").value === "ocpu") ?? {};
};

const draftOf = (shape: Json, name: string, gpus: number, gpuRaw: string, price: number): OfferDraft => {
  // "BM.GPU.GB200.4 (NVL72)" is BM.GPU.GB200.4 to whoever starts it.
  const instanceType = name.replace(/\s*\([^)]*\)$/, "");
  return {
    provider: "oci",
    offerId: instanceType,
    instanceType,
    gpuRaw,
    gpuCount: gpus,
    purchase: "on_demand",
    priceRaw: price,
    unitRaw: "USD per GPU-hour",
    currency: "USD",
    pricePerGpuHour: price,
    includes: {
      cpuCores: positive(cpuOf(shape).qty),
      ramGib: positive(shape.bundleMemoryQty),
      diskGib: null,
    },
  };
};

/** Oracle Cloud: the shapes of its cost estimator with their GPUs, on demand and preemptible where allowed. */
export const ociShapes: Source = {
  id: "oci-shapes",
  name: "Oracle Cloud Infrastructure, shapes",
  kind: "list",
  provider: "oci",
  docsUrl: "https://docs.oracle.com/en-us/iaas/Content/Compute/Concepts/preemptible.htm",
  baseUrl: estimator,
  everyMinutes: 720,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
