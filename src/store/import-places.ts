import { basename } from "node:path";
import { type StageColumn, stageRows } from "./append-rows.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import type { ImportedFile } from "./import-paths.ts";
import type { FileCounts } from "./import-rejects.ts";
import type { ReadGroup } from "./import-sql.ts";

interface FileRow {
  readonly file: ImportedFile;
  readonly firstRow: number;
  /** Line of the first row; null where rows are not lines. */
  readonly firstLine: number | null;
}

const fileColumns: readonly StageColumn<FileRow>[] = [
  { name: "file_no", type: "integer", of: ({ file }) => file.no },
  { name: "name", type: "varchar", of: ({ file }) => basename(file.path) },
  { name: "record", type: "varchar", of: ({ file }) => file.payload },
  { name: "first_row", type: "integer", of: ({ firstRow }) => firstRow },
  { name: "first_line", type: "integer", of: ({ firstLine }) => firstLine },
];

/** Stages what is said of each file beside its rows (imp_file). */
export const stageFiles = async (
  connection: DuckDBConnection,
  groups: readonly ReadGroup[],
  counts: readonly FileCounts[],
): Promise<void> => {
  await stageRows(
    connection,
    "imp_file",
    fileColumns,
    groups.flatMap(({ group: { files, firstRow, linesBefore } }) =>
      files.map((file): FileRow => {
        const before = linesBefore.get(file.no) ?? null;
        const isLined = before !== null && file.lines === before + counts[file.no]!.rows;
        return { file, firstRow: firstRow.get(file.no) ?? 0, firstLine: isLined ? before + 1 : null };
      }),
    ),
  );
  // Rows after a line that is none of them are not where their number says.
  await connection.run(
    "update imp_file set first_line = null where file_no in (select file_no from imp_bad_line)",
  );
};
