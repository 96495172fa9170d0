interface Seen {
  readonly fresh: boolean;
}

/** Whether some of them are no longer current. */
export const anyOld = (seen: readonly Seen[]): boolean => seen.some(({ fresh }) => !fresh);

/** Those that are current before the old ones, else in their order. */
export const freshFirst = <T extends Seen>(seen: readonly T[]): T[] =>
  [...seen].sort((a, b) => Number(b.fresh) - Number(a.fresh));
