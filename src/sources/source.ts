import type { CutOrder } from "../domain/book.ts";
import type { FleetDraft } from "../domain/fleet.ts";
import type { FxRate } from "../domain/money.ts";
import type { Completeness, OfferDraft, Reject } from "../domain/offer.ts";
import type { Clock, Instant } from "../domain/time.ts";
import type { TokenPrice } from "../domain/token-price.ts";

/** One response body as it came, archived before it is parsed. */
export interface RawPayload {
  /** Names the request within the pull, for example "types" or "page-2". */
  readonly name: string;
  readonly url: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
  readonly fetchedAt: Instant;
}

/** What fetch may use; everything outside the source comes through here. */
export interface FetchContext {
  readonly http: Http;
  readonly clock: Clock;
  /** Base URL of the source, without a trailing slash; the operator can set it. */
  readonly baseUrl: string;
  /** Values of `needs` and `wants`, by name; a missing one is absent. */
  readonly keys: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Reads a committed table of data/ by file name. */
  readonly readData: (file: string) => Promise<string>;
}

export interface HttpRequest {
  readonly name: string;
  readonly url: string;
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  /** Least time in milliseconds since the last request to the same host began; the client waits for it. */
  readonly gapMs?: number;
  /**
   * For a body too large to hold: reads it as it streams and keeps the lines that pass, counted from 0. The payload's
   * body is those lines.
   */
  readonly keepLine?: (line: string, index: number) => boolean;
}

/** The hardened HTTP client of http.ts. Throws AppError `upstream_failed` with the cause in words. */
export type Http = (request: HttpRequest) => Promise<RawPayload>;

/** What parse read off the payloads of one pull. */
export interface Parsed {
  readonly offers: readonly OfferDraft[];
  readonly rejects: readonly Reject[];
  /** Rows that a rule left out, by its name. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Rows in all: those that became offers, rejects, rates or token prices, and those that were dropped. */
  readonly seen: number;
  readonly completeness: Completeness;
  readonly rates?: readonly FxRate[];
  readonly fleets?: readonly FleetDraft[];
  readonly tokens?: readonly TokenPrice[];
}

export type SourceKind = "direct" | "marketplace" | "aggregator" | "list" | "statistic" | "tokens" | "rates";

/** A collector. `parse` is pure and throws when the payload as a whole is not of the expected shape. */
export interface Source {
  readonly id: string;
  readonly name: string;
  readonly kind: SourceKind;
  /** The provider it sells for; null where rows name their own. */
  readonly provider: string | null;
  readonly docsUrl: string;
  readonly baseUrl: string;
  readonly everyMinutes: number;
  /** Names of keys without which it is disabled. */
  readonly needs: readonly string[];
  /** Names of keys that widen what it sees. */
  readonly wants?: readonly string[];
  readonly enabledByDefault: boolean;
  readonly experimental: boolean;
  /** Why collection needs permission or care; null when nothing is known against it. */
  readonly legalNote: string | null;
  /** Why it is off by default where nothing forbids it, for example what a pull weighs. */
  readonly costNote?: string;
  /**
   * Order of the rows of a query that gives so many at most, where it is the price of one GPU: a cut answer is then
   * blind above its last price alone. By anything else (a score, the price of all GPUs) it is blind at any price.
   */
  readonly cutBy?: CutOrder;
  /** Counts up when parse changes what it reads, so that archives can be replayed. */
  readonly parserVersion: number;
  readonly fetch: (context: FetchContext) => Promise<readonly RawPayload[]>;
  readonly parse: (payloads: readonly RawPayload[], observedAt: Instant) => Parsed;
}
