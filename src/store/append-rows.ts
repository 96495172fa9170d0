import { breathe } from "../breathe.ts";
import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from "./duckdb.ts";

/** A column of a staging table: its name, plain type and where its value comes from. */
export interface StageColumn<T> {
  readonly name: string;
  readonly type: "integer" | "double" | "varchar" | "boolean";
  readonly of: (row: T) => string | number | boolean | null;
}

const types: Record<StageColumn<unknown>["type"], DuckDBType> = {
  integer: INTEGER,
  double: DOUBLE,
  varchar: VARCHAR,
  boolean: BOOLEAN,
};

/** Appends at most this many rows before it lets the event loop breathe; larger flushes stall it. */
const rowsPerFlush = 2000;

/** Makes an empty temporary table of these columns, replacing an earlier one. */
export const createStage = async <T>(
  connection: DuckDBConnection,
  table: string,
  columns: readonly StageColumn<T>[],
): Promise<void> => {
  const list = columns.map((column) => `${column.name} ${column.type}`).join(", ");
  await connection.run(`create or replace temp table ${table} (${list})`);
};

/** Appends rows to a staging table made by `createStage`, yielding between flushes. */
export const appendRows = async <T>(
  connection: DuckDBConnection,
  table: string,
  columns: readonly StageColumn<T>[],
  rows: readonly T[],
): Promise<void> => {
  const columnTypes = columns.map((column) => types[column.type]);
  for (let start = 0; start < rows.length; start += rowsPerFlush) {
    const slice = rows.slice(start, start + rowsPerFlush);
    const appender = await connection.createAppender(table, "main", "temp");
    const chunk = DuckDBDataChunk.create(columnTypes, slice.length);
    columns.forEach((column, index) => {
      chunk.setColumnValues(index, slice.map(column.of) as DuckDBValue[]);
    });
    appender.appendDataChunk(chunk);
    appender.closeSync();
    await breathe();
  }
};

/** Fills a staging table of these columns, replacing an earlier one. */
export const stageRows = async <T>(
  connection: DuckDBConnection,
  table: string,
  columns: readonly StageColumn<T>[],
  values: readonly T[],
): Promise<void> => {
  await createStage(connection, table, columns);
  await appendRows(connection, table, columns, values);
};
