/** Minutes between the pulls of each source. */
export type Intervals = ReadonlyMap<string, number>;

interface Seen {
  readonly source: string;
  readonly age_s: number | null;
}

const unknownMinutes = 24 * 60;

/** Not confirmed within twice the interval of its source (a day where that is not known). */
export const isOld = ({ source, age_s }: Seen, intervals: Intervals): boolean =>
  age_s === null || age_s >= 120 * (intervals.get(source) ?? unknownMinutes);
