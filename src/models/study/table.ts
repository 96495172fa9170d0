/** Words as numbers of a list of them; -1 where there is none. */
export interface WordColumn {
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** Rows as columns, which cross to another thread at the cost of copying memory. */
export interface Table {
  readonly length: number;
  /** NaN where there is none. */
  readonly numbers: Readonly<Record<string, Float64Array>>;
  readonly words: Readonly<Record<string, WordColumn>>;
}

/** What each column of a table is of a row; null where it is not known. */
export interface TableShape<T> {
  readonly numbers: Readonly<Record<string, (row: T) => number | null>>;
  readonly words: Readonly<Record<string, (row: T) => string | null>>;
}

/** Gives other work a turn. */
export type Breathe = () => Promise<void>;

/** Rows laid out between two breaths. */
const rowsAtOnce = 500;

/** Lays rows out as columns, with a breath every 500 rows. Empty gives columns without rows. */
export const tableOf = async <T>(
  rows: readonly T[],
  shape: TableShape<T>,
  breathe: Breathe,
): Promise<Table> => {
  const { length } = rows;
  const numbers = mapped(shape.numbers, () => new Float64Array(length));
  const words = mapped(shape.words, () => ({
    codes: new Int32Array(length),
    places: new Map<string, number>(),
  }));
  for (let start = 0; start < length; start += rowsAtOnce) {
    const end = Math.min(length, start + rowsAtOnce);
    for (const [name, of] of Object.entries(shape.numbers)) {
      const column = numbers[name]!;
      for (let i = start; i < end; i++) column[i] = of(rows[i]!) ?? Number.NaN;
    }
    for (const [name, of] of Object.entries(shape.words)) {
      const { codes, places } = words[name]!;
      for (let i = start; i < end; i++) codes[i] = codeOf(places, of(rows[i]!));
    }
    if (end < length) await breathe();
  }
  return {
    length,
    numbers,
    words: mapped(words, ({ codes, places }) => ({ codes, levels: [...places.keys()] })),
  };
};

const mapped = <A, B>(record: Readonly<Record<string, A>>, each: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, each(value)]));

const codeOf = (places: Map<string, number>, word: string | null): number => {
  if (word === null) return -1;
  const known = places.get(word);
  if (known !== undefined) return known;
  places.set(word, places.size);
  return places.size - 1;
};

/** A number of a table; null where there is none. */
export const numberAt = ({ numbers }: Table, name: string, row: number): number | null => {
  const value = numbers[name]?.[row] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
};

/** A word of a table; null where there is none. */
export const wordAt = ({ words }: Table, name: string, row: number): string | null => {
  const column = words[name];
  return column?.levels[column.codes[row] ?? -1] ?? null;
};

/** What each row of a table is. */
export const rowsOf = <T>(table: Table, each: (row: number) => T): T[] =>
  Array.from({ length: table.length }, (_, row) => each(row));
