import type { Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";

/** An archive as one of its sources: which file brought it last and the span of what it shows. */
export interface ArchiveSource {
  readonly source: string;
  /** Name of the file of its newest pull; null where none is told. */
  readonly file: string | null;
  readonly pulls: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** Every source of files and backfills that was ever written, by id. An empty tape has none. */
export const readArchives = async (database: Database): Promise<ArchiveSource[]> => {
  const found = await rows(
    database.reader,
    `select source, arg_max(payloads->0->>'name', (observed_at, recorded_at)) as file, count(*)::double as pulls,
       epoch_ms(min(observed_at))::double as first_at, epoch_ms(max(observed_at))::double as last_at
     from pulls where starts_with(source, 'import/') and status not in ('failed', 'empty')
     group by source order by source`,
  );
  return found.map((row) => ({
    source: row.source as string,
    file: row.file as string | null,
    pulls: row.pulls as number,
    firstAt: row.first_at as number,
    lastAt: row.last_at as number,
  }));
};
