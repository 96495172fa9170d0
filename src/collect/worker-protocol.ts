import type { FxRate } from "../domain/money.ts";
import type { Offer } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { PayloadRecord } from "./archive.ts";
import type { SourceRun } from "./run-source.ts";

/** A thousand offers take a few milliseconds to cross; more would hold the event loop. */
export const rowsPerMessage = 1000;

export interface WorkerSettings {
  readonly version: string;
  readonly archive: string;
  readonly httpAttemptMs: number;
  readonly httpTotalMs: number;
}

export interface Job {
  readonly id: number;
  readonly source: string;
  readonly baseUrl: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly rates: readonly FxRate[];
  /** Null: leave no trace in the archive (a dry run). */
  readonly archive: string | null;
  readonly timeoutMs: number;
  readonly replay?: { readonly payloads: readonly PayloadRecord[]; readonly observedAt: Instant };
}

/** To the worker: a job, or word that the last rows of a job were taken. */
export type JobMessage = Job | { readonly taken: number };

/** From the worker: rows, then the result without rows, or what went wrong. */
export type JobReply =
  | { readonly id: number; readonly offers: readonly Offer[] }
  | { readonly id: number; readonly result: SourceRun }
  | { readonly id: number; readonly error: string };
