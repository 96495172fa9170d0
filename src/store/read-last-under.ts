import type { Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";

/** A series of the record. */
export interface RecordSeries {
  readonly gpu: string;
  readonly purchase: string;
  readonly method: string;
}

/** The last instant of a series that was published under a methodology; null where none was. */
export const readLastUnder = async (
  { reader }: Database,
  { gpu, purchase, method }: RecordSeries,
  methodology: string,
): Promise<Instant | null> => {
  const [row] = await rows(
    reader,
    `select epoch_ms(max(observed_at))::double as at from index_values
     where gpu = $gpu and purchase = $purchase and method = $method and methodology = $methodology`,
    { gpu, purchase, method, methodology },
  );
  return (row?.at as number | null) ?? null;
};
