// The build makes one file of it and all that it loads, as of typebox.ts.

export type { DuckDBConnection, DuckDBType, DuckDBValue, Json } from "@duckdb/node-api";
export { BOOLEAN, DOUBLE, DuckDBDataChunk, DuckDBInstance, INTEGER, VARCHAR } from "@duckdb/node-api";
