import type { ImportedFile } from "./import-paths.ts";

/** A cell of a row as SQL, and its type. */
export interface Cell {
  readonly sql: string;
  readonly type: string;
}

/** Files of the same columns, as one relation. */
export interface FileGroup {
  readonly files: readonly ImportedFile[];
  /** Gives file_no and row_no (from 0 within a file, or within the group; see `firstRow`) beside the cells. */
  readonly relation: string;
  readonly cells: ReadonlyMap<string, Cell>;
  /** The row as JSON, as it was read, from the relation under the name `own`. */
  readonly raw: string;
  /** row_no of the first row of a file. */
  readonly firstRow: ReadonlyMap<number, number>;
  /** Lines before the first row of a file whose rows are lines. */
  readonly linesBefore: ReadonlyMap<number, number>;
}

/** A name as SQL, whatever is in it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as SQL. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The cells of named columns of a table. */
export const cellsOf = (columns: readonly (readonly [name: string, type: string])[]): Map<string, Cell> =>
  new Map(columns.map(([name, type]) => [name, { sql: quoted(name), type }]));

/** SQL that gives these cells of the relation `own` as a JSON object. */
export const rowAsJson = (cells: ReadonlyMap<string, Cell>): string =>
  `to_json({${[...cells].map(([name, cell]) => `${literal(name)}: ${asJson(cell)}`).join(", ")}})`;

/** NaN and infinity are no JSON, so they are written as texts. */
const asJson = ({ sql, type }: Cell): string =>
  /^(DOUBLE|FLOAT)$/.test(type)
    ? `case when isfinite(own.${sql}) then to_json(own.${sql}) else to_json(own.${sql}::varchar) end`
    : `own.${sql}`;
