import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import {
  asArray,
  asObject,
  type Json,
  judge,
  number,
  optionalPrice,
  positive,
  readJson,
  readRows,
  text,
} from "./read.ts";
import type { Reading, RowRead } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl, keys }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({
    name: "products",
    url: `${baseUrl}/gpu-instance/openapi/v1/products`,
    headers: { authorization: `Bearer ${keys.NOVITA_API_KEY ?? ""}` },
  }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const { data } = asObject(readJson(payloadOf(payloads, "products")), "products");
  const rows = readRows(asArray(data, "products.data"), keys, readProduct);
  return { ...rows, completeness: judge(rows) };
};

const keys: Keys = {
  must: ["id", "name", "availableDeploy", "price", "regions"],
  optional: { spotPrice: ["number", "not sold as spot"] },
};

const readProduct = (row: Json): Reading => {
  const id = text(row.id);
  if (id === null || text(row.name) === null) return ["no_name"];
  if (typeof row.availableDeploy !== "boolean") return ["no_availability"];
  if (!Array.isArray(row.regions)) return ["no_regions"];
  const spot = optionalPrice(row.spotPrice);
  const drafts = [
    draftOf(row, id, "on_demand", number(row.price) ?? Number.NaN),
    ...(spot === null ? [] : [draftOf(row, id, "spot", spot)]),
  ] as const;
  const rows = row.regions.flatMap((region: unknown): readonly RowRead[] => {
    const place = text(region);
    return place === null ? ["no_region"] : drafts.map((draft) => ({ ...draft, region: place }));
  });
  const [first, ...others] = rows.length === 0 ? drafts : rows;
  return [first!, ...others];
};

/** Whether it can be deployed is told, not how many. */
const draftOf = (row: Json, id: string, purchase: Purchase, price: number): OfferDraft => ({
  provider: "novita",
  offerId: id,
  gpuRaw: text(row.name)!,
  vramGib: positive(/(\d+) ?GB/i.exec(text(row.name)!)?.[1]),
  gpuCount: 1,
  purchase,
  priceRaw: price,
  unitRaw: "1e-5 USD per GPU-hour",
  currency: "USD",
  pricePerGpuHour: perGpuHour(price, { unit: 100_000 }),
  availableGpus: row.availableDeploy === true ? 1 : 0,
  availableIs: row.availableDeploy === true ? "floor" : "exact",
});

/** Novita: GPU instances by product and region, with what can be deployed now. */
export const novita: Source = {
  id: "novita",
  name: "Novita AI",
  kind: "direct",
  provider: "novita",
  docsUrl: "https://novita.ai/docs/api-reference/gpu-instance-list-gpu-products",
  baseUrl: "https://api.novita.ai",
  everyMinutes: 15,
  needs: ["NOVITA_API_KEY"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
