import type { Instant } from "../domain/time.ts";
import type { Reference } from "../reference.ts";
import type { Catalog } from "../store/catalog.ts";
import type { Database } from "../store/database.ts";

/** What every backfill needs from outside. */
export interface BackfillTools {
  readonly database: Database;
  readonly catalog: Catalog;
  readonly reference: Reference;
  readonly now: Instant;
  readonly progress: (done: number, of: number, text: string) => void;
  /** Stops it between two transactions. */
  readonly signal: AbortSignal;
}
