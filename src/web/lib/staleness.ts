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

/** Whether some of them are old. */
export const anyOld = (seen: readonly Seen[], intervals: Intervals): boolean =>
  seen.some((each) => isOld(each, intervals));

/** Those confirmed lately before the old ones, else in their order. */
export const freshFirst = <T extends Seen>(seen: readonly T[], intervals: Intervals): T[] =>
  [...seen].sort((a, b) => Number(isOld(a, intervals)) - Number(isOld(b, intervals)));
