import type { Instant } from "../../domain/time.ts";
import { groupBy } from "../group-by.ts";

/** What a source said of a provider's fleets on a day. */
export interface FleetWord {
  readonly source: string;
  readonly provider: string;
  readonly totalGpus: number;
  readonly rentedGpus: number;
}

/** A day of a cell: its price and what its fleets were said to be. */
export interface DemandDay {
  readonly at: Instant;
  /** USD per GPU-hour; null where there was none. */
  readonly usdPerGpuHour: number | null;
  readonly fleets: readonly FleetWord[];
  /** Share of the sources of the cell that were not heard that day, 0..1; null where that is not known. */
  readonly silentShare: number | null;
}

/** Days with a price and with reported fleets below which no elasticity is fitted. */
export const fewestDays = 40;

/** A day with what all providers of the panel said together. */
export interface PanelRow {
  readonly at: Instant;
  readonly price: number;
  readonly total: number;
  readonly rented: number;
  readonly silent: number;
}

export interface Panel {
  readonly providers: readonly string[];
  readonly rows: readonly PanelRow[];
}

/**
 * The days with a price, a known share of silent sources, something rented and all of some providers: as many of them
 * as leave enough days, those with the fewest days dropped first, at least one. A provider speaks through the source
 * with the most days on all of them, whichever is believed first on one: a change of source is no change of the fleet.
 * Empty: no providers, no rows.
 */
export const balanceDays = (days: readonly DemandDay[]): Panel => {
  const known = days.filter(
    ({ usdPerGpuHour, silentShare }) => usdPerGpuHour !== null && usdPerGpuHour > 0 && silentShare !== null,
  );
  const spoken = withOneSource(known);
  const counts = groupBy(
    spoken.flatMap((fleets) => [...fleets.keys()]),
    (provider) => provider,
  );
  const ranked = [...counts.keys()].sort(
    (a, b) => counts.get(b)!.length - counts.get(a)!.length || (a < b ? -1 : 1),
  );
  const rowsOf = (providers: readonly string[]): PanelRow[] =>
    known.flatMap((day, i) => rowOf(day, spoken[i]!, providers) ?? []);
  for (let kept = ranked.length; kept > 1; kept--) {
    const providers = ranked.slice(0, kept);
    const rows = rowsOf(providers);
    if (rows.length >= fewestDays) return { providers, rows };
  }
  return { providers: ranked.slice(0, 1), rows: ranked.length === 0 ? [] : rowsOf(ranked.slice(0, 1)) };
};

/** The fleets of each day by provider, each provider in the words of one source all along. */
const withOneSource = (days: readonly DemandDay[]): ReadonlyMap<string, FleetWord>[] => {
  const words = groupBy(
    days.flatMap(({ fleets }) => fleets),
    ({ provider }) => provider,
  );
  const voice = new Map(
    [...words].map(([provider, all]) => {
      const bySource = [...groupBy(all, ({ source }) => source)];
      bySource.sort(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1));
      return [provider, bySource[0]![0]] as const;
    }),
  );
  return days.map(
    ({ fleets }) =>
      new Map(
        fleets
          .filter(({ provider, source }) => voice.get(provider) === source)
          .map((fleet) => [fleet.provider, fleet]),
      ),
  );
};

const rowOf = (
  { at, usdPerGpuHour, silentShare }: DemandDay,
  fleets: ReadonlyMap<string, FleetWord>,
  providers: readonly string[],
): PanelRow | null => {
  const own = providers.flatMap((provider) => fleets.get(provider) ?? []);
  const rented = own.reduce((sum, { rentedGpus }) => sum + rentedGpus, 0);
  const total = own.reduce((sum, { totalGpus }) => sum + totalGpus, 0);
  return own.length < providers.length || !(rented > 0)
    ? null
    : { at, price: usdPerGpuHour!, total, rented, silent: silentShare! };
};
