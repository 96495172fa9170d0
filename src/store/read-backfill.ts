import type { Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";

/** A pull that a backfill has written, with the record it left in place of payloads. */
export interface BackfilledPull {
  readonly source: string;
  readonly observedAt: Instant;
  readonly record: Readonly<Record<string, unknown>>;
}

/** What backfills have written of the sources whose ids begin so. */
export const readBackfilled = async (database: Database, prefix: string): Promise<BackfilledPull[]> => {
  const found = await rows(
    database.writer,
    `select source, epoch_ms(observed_at)::double as at, (payloads->0)::varchar as record from pulls
     where origin = 'backfill' and starts_with(source, $prefix) order by pull_no`,
    { prefix },
  );
  return found.map(({ source, at, record }) => ({
    source: source as string,
    observedAt: at as number,
    record: JSON.parse((record as string | null) ?? "{}") as Record<string, unknown>,
  }));
};
