import type { Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";

/** Market times of all pulls that were neither failed nor empty, oldest first, each once. */
export const readPullTimes = async (database: Database): Promise<Instant[]> => {
  const found = await rows(
    database.reader,
    `select distinct epoch_ms(observed_at)::double as seen_at from pulls
     where status not in ('failed', 'empty') order by seen_at`,
  );
  return found.map((row) => row.seen_at as Instant);
};
