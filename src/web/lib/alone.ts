/** Places of values whose neighbours on both sides are missing: no line reaches them. */
export const aloneIn = (values: ArrayLike<number | null | undefined>): number[] =>
  Array.from(values, (value, i) =>
    value != null && values[i - 1] == null && values[i + 1] == null ? i : -1,
  ).filter((i) => i >= 0);
