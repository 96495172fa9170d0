import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, rows, transaction } from "./database.ts";

/** A publication of the index that ended. */
export interface IndexRun {
  /** The last hour it published. */
  readonly newest: Instant;
  /** The last pull that was on the tape when it began. */
  readonly pullNo: number;
  readonly finishedAt: Instant;
}

/** The last publication that ended; null before the first. */
export const readLastRun = async (database: Database): Promise<IndexRun | null> => {
  const [row] = await rows(
    database.reader,
    `select epoch_ms(newest)::double as newest, pull_no, epoch_ms(finished_at)::double as finished_at
     from index_runs order by finished_at desc, pull_no desc limit 1`,
  );
  if (row === undefined) return null;
  return {
    newest: row.newest as number,
    pullNo: row.pull_no as number,
    finishedAt: row.finished_at as number,
  };
};

/** Number of the last pull on the tape, 0 before the first. */
export const readNewestPull = async (database: Database): Promise<number> => {
  const [row] = await rows(database.reader, "select coalesce(max(pull_no), 0) as pull_no from pulls");
  return row!.pull_no as number;
};

/** Notes that a publication ended, in place of the one before. */
export const writeRun = (database: Database, { newest, pullNo, finishedAt }: IndexRun): Promise<void> =>
  database.exclusive(() =>
    transaction(database.writer, async () => {
      await database.writer.run("delete from index_runs");
      await database.writer.run(
        "insert into index_runs values ($newest::timestamp, $pullNo::integer, $finishedAt::timestamp)",
        { newest: formatInstant(newest), pullNo, finishedAt: formatInstant(finishedAt) },
      );
    }),
  );
