/** A column and a direction; in an address `price` or `-price`. */
export interface Sort {
  readonly key: string;
  readonly descending: boolean;
}

export const readSort = (text: string | undefined): Sort | null => {
  if (!text) return null;
  return text.startsWith("-") ? { key: text.slice(1), descending: true } : { key: text, descending: false };
};

export const writeSort = ({ key, descending }: Sort): string => (descending ? `-${key}` : key);

/** What a click on a column makes of the sort: its own first direction, then the other. */
export const nextSort = (sort: Sort | null, key: string, descendingFirst: boolean): Sort =>
  sort?.key === key ? { key, descending: !sort.descending } : { key, descending: descendingFirst };

export type SortValue = number | string | null;

/** Sorted copy, stable; rows without a value come last in both directions. */
export const sorted = <T>(rows: readonly T[], of: (row: T) => SortValue, descending: boolean): T[] => {
  const sign = descending ? -1 : 1;
  const compare = (a: SortValue, b: SortValue): number => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * String(a).localeCompare(String(b), "en", { numeric: true });
  };
  return [...rows].sort((a, b) => compare(of(a), of(b)));
};
