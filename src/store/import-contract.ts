import type { Offer, OfferDraft, Reject } from "../domain/offer.ts";
import type { PriceBand } from "../domain/price-bands.ts";
import type { ProviderName } from "../domain/provider-name.ts";
import type { Instant } from "../domain/time.ts";
import type { ReadRates } from "./import-observations.ts";
import type { FileCounts } from "./import-rejects.ts";

export interface ImportOptions {
  /** Identity columns in place of the usual ones. */
  readonly key?: readonly string[];
  /** What columns mean, theirs -> ours, where their names do not say it; '' for one that is not to be read. */
  readonly map?: Readonly<Record<string, string>>;
  /** Prices are per GPU, not per instance; rows whose scope says that they are of a configuration stay totals. */
  readonly perGpu?: boolean;
  /** Every pull of the file shows its whole market: what is absent is delisted, not unknown. */
  readonly complete?: boolean;
  /**
   * The query behind the file shows at most so many rows a GPU model: where a pull has as many, it is blind to the
   * rest of that model. All else it shows whole, as with `complete`.
   */
  readonly cap?: number;
  /** Knowledge time of all rows; default the file's own recorded_at, else observed_at. */
  readonly recordedAt?: Instant;
}

/**
 * What an import did. `rows = kept + rejects`, in all and in each file. A row is kept when at least one of its (up to
 * two) prices was seen, or when it has none, which says that nothing was on offer (`without_price` counts these among
 * the kept). All others are rejects, each counted once under its first reason. Where one price of a kept row is
 * refused, `refused_prices` counts it.
 */
export interface ImportResult {
  readonly file: string;
  readonly rows: number;
  readonly kept: number;
  readonly without_price: number;
  readonly ticks: number;
  readonly rejects: number;
  /** Rejected rows by reason. */
  readonly reject_reasons: Readonly<Record<string, number>>;
  /** Prices by the reason for which they were refused, of rows whose other price is kept. */
  readonly refused_prices: Readonly<Record<string, number>>;
  /** Pulls that the cap cut. */
  readonly cut_pulls: number;
  readonly listings: number;
  readonly pulls: number;
  readonly unknown_gpus: number;
  /** Listings by flag, and prices by the doubt about them (`price_band` and the like). */
  readonly flags: Readonly<Record<string, number>>;
  /** What was read as what, theirs -> ours. */
  readonly columns: Readonly<Record<string, string>>;
  readonly unread_columns: readonly string[];
  readonly files: readonly FileCounts[];
  /** Files of a folder that are of no kind that import reads. */
  readonly skipped_files: readonly string[];
  readonly seconds: number;
}

/** What import needs from outside the store. */
export interface ImportTools {
  readonly judge: (
    draft: OfferDraft,
    source: string,
    observedAt: Instant,
  ) => { offer: Offer } | { reject: Reject };
  readonly providerOf: (name: string) => ProviderName;
  /** GPUs of an instance type; null where its name does not tell. */
  readonly gpusOfInstance: (instanceType: string | null) => number | null;
  /** Memory of one card where a row may tell that of all. */
  readonly vramOfOne: (
    query: { readonly name: string; readonly instanceType: string | null; readonly vramGib: number | null },
    gpus: number,
  ) => number | null;
  /** Outside this a price is flagged. */
  readonly bandOf: (gpu: string) => PriceBand;
  readonly rates: ReadRates;
  readonly now: Instant;
  readonly progress: (step: string, done: number, of: number) => void;
}
