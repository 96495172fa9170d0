import type { Purchase } from "../domain/purchase.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { type PriceMethod, priceMethods } from "../models/index/index-value.ts";
import type { IndexPoint } from "../models/index/priced-observation.ts";
import { finalAfterMs } from "../series/index-record.ts";
import type { IndexAt } from "../series/index-series.ts";
import { methodologyOf } from "../series/methodology.ts";
import { type PublishedValue, type Vintage, vintages } from "../store/index-record.ts";
import { type Static, Type } from "../typebox.ts";
import { methodologyQuery } from "./methodology.ts";
import { number, oneOf, purchase, text, time, timesQuery } from "./schema.ts";

export const methods = ["weighted_median", "hedonic", "votes"] as const;
export type Method = (typeof methods)[number];

const usd = "USD per GPU-hour";
const base = "base period = 1";

export const indexRowSchema = Type.Object({
  at: time(),
  gpu: Type.String(),
  purchase,
  value: number("In `unit`; null with a reason"),
  low: number("95 % interval from drawing providers; null: open on that side"),
  high: number(),
  unit: oneOf([usd, base]),
  reason: text("empty, too_few_providers, too_few_listings or stale; for hedonic no_observations and others"),
  n_providers: Type.Integer(),
  n_listings: Type.Integer(),
  n_machines: Type.Integer(),
  hhi: number("Concentration of the weights, 0 to 1"),
  top_provider_share: number(),
  excluded: Type.Integer({ description: "Listings of the cell that stayed out" }),
  method: oneOf(methods),
  methodology: Type.String({ description: "Method and version, as weighted_median/2" }),
  vintage: oneOf(vintages, "provisional under 24 h, then final; revised: published again with another value"),
  cross_check: number("Hedonic only: the same from items seen twice alone (time-product dummy)"),
  digest: text("Of the receipts; published values only"),
  published_at: text("Published values only"),
});

/** The GPU in the address of what belongs to its index. */
export const gpuParams = Type.Object({ gpu: Type.String({ minLength: 1 }) });

/** Which cell and which of the methods whose values are prices. */
export const pricedCell = (usual: PriceMethod) => ({
  purchase: Type.Optional(purchase),
  method: Type.Optional(oneOf(priceMethods, `Default ${usual}`)),
  ...methodologyQuery,
  ...timesQuery,
});

export type IndexRow = Static<typeof indexRowSchema>;

export interface RowOf {
  readonly gpu: string;
  readonly purchase: Purchase;
  readonly method: Method;
}

const vintageAt = (at: Instant, asOf: Instant): Vintage =>
  asOf - at < finalAfterMs ? "provisional" : "final";

const ofNobody: Pick<IndexRow, "cross_check" | "digest" | "published_at"> = {
  cross_check: null,
  digest: null,
  published_at: null,
};

/** A value computed from the tape. */
export const computedRow = (of: RowOf, index: IndexAt, asOf: Instant): IndexRow => ({
  ...ofNobody,
  at: formatInstant(index.at),
  ...of,
  value: index.value,
  low: index.low,
  high: index.high,
  unit: usd,
  reason: index.reason,
  n_providers: index.nProviders,
  n_listings: index.nListings,
  n_machines: index.nMachines,
  hhi: index.hhi,
  top_provider_share: index.topProviderShare,
  excluded: Object.values(index.excluded).reduce((sum, count) => sum + count, 0),
  methodology: methodologyOf(index.method, index.version),
  vintage: vintageAt(index.at, asOf),
});

/** A value as it was published. */
export const publishedRow = (value: PublishedValue): IndexRow => ({
  at: formatInstant(value.at),
  gpu: value.gpu,
  purchase: value.purchase,
  method: value.method as Method,
  value: value.value,
  low: value.low,
  high: value.high,
  unit: usd,
  reason: value.reason,
  n_providers: value.nProviders,
  n_listings: value.nListings,
  n_machines: value.nMachines,
  hhi: value.hhi,
  top_provider_share: value.topProviderShare,
  excluded: Object.values(JSON.parse(value.excluded) as Record<string, number>).reduce(
    (sum, n) => sum + n,
    0,
  ),
  methodology: value.methodology,
  vintage: value.vintage,
  cross_check: null,
  digest: value.digest,
  published_at: formatInstant(value.recordedAt),
});

/** A day of the quality-adjusted index. */
export const hedonicRow = (
  of: RowOf,
  at: Instant,
  point: IndexPoint,
  matched: number | null,
  counts: { readonly listings: number; readonly providers: number } | undefined,
  asOf: Instant,
): IndexRow => ({
  ...ofNobody,
  at: formatInstant(at),
  ...of,
  value: point.value,
  low: point.low,
  high: point.high,
  unit: base,
  reason: point.reason,
  n_providers: counts?.providers ?? 0,
  n_listings: counts?.listings ?? 0,
  n_machines: counts?.listings ?? 0,
  hhi: null,
  top_provider_share: null,
  excluded: 0,
  methodology: "hedonic/1",
  vintage: vintageAt(at, asOf),
  cross_check: matched,
});
