import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import { asArray, asObject, isObject, type Json, judge, number, readJson, readRows, text } from "./read.ts";
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({ name: "products", url: `${baseUrl}/products/?currencyCode=USD` }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const body = asObject(readJson(payloadOf(payloads, "products")), "products");
  const rows = readRows(asArray(body.items, "products.items"), keys, readItem);
  return { ...rows, completeness: judge(rows) };
};

// Software licences and other products are priced "GPU Per Hour" too.
const notRental = /NVIDIA AI Enterprise|Cloud@Customer|VMware/i;

export const gpuMetric = "GPU Per Hour";
const gpuCategory = "Compute - GPU";
/** Parts of agreements with single customers. */
const besides = "Compute - GPU - Other";

const keys: Keys = {
  must: ["partNumber", "displayName", "metricName", "serviceCategory", "currencyCodeLocalizations"],
};

/** Metric and category say the same of a GPU for rent; a part that has one of them alone is none that is known. */
const readItem = (item: Json): Reading => {
  const [metric, category] = [text(item.metricName), text(item.serviceCategory)];
  if (metric !== gpuMetric && category !== gpuCategory) return [dropped("no_gpu")];
  const name = text(item.displayName);
  const part = text(item.partNumber);
  if (metric === null || category === null) return ["no_category"];
  if (name === null || part === null) return ["no_name"];
  if (notRental.test(name)) return [dropped("no_rental")];
  if (category === besides) return [dropped("no_rental")];
  if (metric !== gpuMetric) return ["bad_unit"];
  if (category !== gpuCategory) return ["unknown_kind"];
  const price = payAsYouGo(item);
  if (price === null) return ["no_price"];
  return [
    {
      provider: "oci",
      offerId: part,
      instanceType: part,
      gpuRaw: gpuOf(name),
      gpuCount: 1,
      purchase: "on_demand",
      priceRaw: price,
      unitRaw: "USD per GPU-hour",
      currency: "USD",
      pricePerGpuHour: price,
      // Prices are the same in all commercial regions, and free capacity is not told.
      region: null,
    },
  ];
};

/** "OCI - Compute - GPU - A100 - v2" is "A100 - v2"; the spelling before it varies. */
export const gpuOf = (name: string): string =>
  name.replace(/^.*?Compute\s*-\s*(GPU\s*-\s*)?/, "").trim() || name;

/** USD of a part by its price list; null where it has no such price. */
export const payAsYouGo = (item: Json): number | null => {
  const localised = Array.isArray(item.currencyCodeLocalizations) ? item.currencyCodeLocalizations : [];
  const usd = localised.filter(isObject).find((entry) => entry.currencyCode === "USD");
  const prices = usd !== undefined && Array.isArray(usd.prices) ? usd.prices.filter(isObject) : [];
  return number(prices.find((price) => price.model === "PAY_AS_YOU_GO")?.value);
};

/** Oracle Cloud: the price list per GPU. Preemptible is not in it: see oci-shapes. */
export const oci: Source = {
  id: "oci",
  name: "Oracle Cloud Infrastructure",
  kind: "direct",
  provider: "oci",
  docsUrl: "https://docs.oracle.com/en-us/iaas/Content/Billing/Tasks/signingup_topic-Estimating_Costs.htm",
  baseUrl: "https://apexapps.oracle.com/pls/apex/cetools/api/v1",
  everyMinutes: 720,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
