import { rows } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import { cellsOf, type FileGroup, literal, rowAsJson } from "./import-cells.ts";
import { naming } from "./import-errors.ts";
import type { ImportedFile } from "./import-paths.ts";
import { readText } from "./import-text.ts";

/** Opens all files: Parquet is read where it lies, a text is brought into a temporary table first. Empty texts are in no group. */
export const openGroups = async (
  connection: DuckDBConnection,
  files: readonly ImportedFile[],
): Promise<FileGroup[]> => {
  const parquet = files.filter(({ kind }) => kind === "parquet");
  return [
    ...(await parquetGroups(connection, parquet)),
    ...(await readText(
      connection,
      files.filter(({ kind }) => kind !== "parquet"),
    )),
  ];
};

const parquetGroups = async (
  connection: DuckDBConnection,
  files: readonly ImportedFile[],
): Promise<FileGroup[]> => {
  const groups = new Map<string, { columns: [string, string][]; files: ImportedFile[] }>();
  for (const file of files) {
    const found = await naming(file.path, () =>
      rows(connection, `describe select * from read_parquet(${literal(file.path)})`),
    );
    const columns = found.map((row): [string, string] => [
      row.column_name as string,
      row.column_type as string,
    ]);
    const key = JSON.stringify(columns);
    const group = groups.get(key) ?? { columns, files: [] };
    group.files.push(file);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({
    files: group.files,
    relation: parquetRelation(group.files),
    cells: cellsOf(group.columns),
    raw: rowAsJson(cellsOf(group.columns)),
    firstRow: new Map(),
    linesBefore: new Map(),
  }));
};

const parquetRelation = (files: readonly ImportedFile[]): string => {
  const list = `[${files.map(({ path }) => literal(path)).join(", ")}]`;
  const only = files.length === 1;
  const no = only
    ? `${files[0]!.no}`
    : `map {${files.map((each) => `${literal(each.path)}: ${each.no}`).join(", ")}}[filename]`;
  return `(select (${no})::integer as file_no, file_row_number as row_no, *
    from read_parquet(${list}, file_row_number = true${only ? "" : ", filename = true"}))`;
};
