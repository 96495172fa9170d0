import type { Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";
import { type FleetWordsFilter, fleetWords, fleetWordsParameters } from "./fleet-words.ts";

export type FleetDaysFilter = Omit<FleetWordsFilter, "region">;

/** What a source said of a provider's fleets of some GPUs, added up, at an instant. */
export interface FleetDay {
  readonly at: Instant;
  readonly source: string;
  readonly provider: string;
  readonly totalGpus: number;
  readonly rentedGpus: number;
}

/**
 * The last words on fleets at each instant of a grid that sources say which are current then, every source of a
 * provider, oldest first; instants without any have no row.
 */
export const readFleetDays = async (database: Database, filter: FleetDaysFilter): Promise<FleetDay[]> => {
  const found = await rows(
    database.scanner,
    `with ${fleetWords}
     select epoch_ms(words.at)::double as at, source, provider,
       sum(total)::double as total, sum(rented)::double as rented
     from words group by words.at, source, provider order by words.at, source, provider`,
    fleetWordsParameters({ ...filter, region: null }),
  );
  return found.map((row) => ({
    at: row.at as number,
    source: row.source as string,
    provider: row.provider as string,
    totalGpus: row.total as number,
    rentedGpus: row.rented as number,
  }));
};
