import { createReadStream, statSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse/sync";
import { badInput } from "../errors.ts";
import { rows } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import { type Cell, type FileGroup, literal, rowAsJson } from "./import-cells.ts";
import { readColumns } from "./import-columns.ts";
import { naming } from "./import-errors.ts";
import type { ImportedFile } from "./import-paths.ts";

/** Lines that have no shape: of another number of columns, a quote that does not end, no JSON. */
const badLines = "create or replace temp table imp_bad_line (file_no integer, line bigint, raw varchar)";

interface TextTable {
  readonly table: string;
  readonly files: ImportedFile[];
  readonly cells: ReadonlyMap<string, Cell>;
  readonly raw: string;
  readonly firstRow: Map<number, number>;
  readonly linesBefore: Map<number, number>;
}

/** Reads CSV and JSON into temporary tables of texts, one for all files of the same columns. */
export const readText = async (
  connection: DuckDBConnection,
  files: readonly ImportedFile[],
): Promise<FileGroup[]> => {
  await connection.run(badLines);
  const tables = new Map<string, TextTable>();
  for (const file of files) {
    const read = file.kind === "csv" ? readCsv : readJson;
    await naming(file.path, () => read(connection, file, tables));
  }
  return [...tables.values()].map(({ table, ...group }) => ({
    ...group,
    relation: `(select rowid as row_no, * from ${table})`,
  }));
};

/** The table for files of these columns, made on first use, with the file's place in it. */
const tableFor = async (
  connection: DuckDBConnection,
  tables: Map<string, TextTable>,
  file: ImportedFile,
  columns: readonly string[],
  kind: "csv" | "json",
): Promise<TextTable> => {
  const key = JSON.stringify([kind, columns]);
  let known = tables.get(key);
  if (known === undefined) {
    const table = `imp_text_${tables.size}`;
    const own = columns.map((_, index) => `, c${index} varchar`).join("");
    await connection.run(`create or replace temp table ${table} (file_no integer${own}, whole json)`);
    const cells = new Map(columns.map((name, index) => [name, { sql: `c${index}`, type: "TEXT" }]));
    const raw = kind === "json" ? "own.whole" : rowAsJson(cells);
    known = { table, files: [], cells, raw, firstRow: new Map(), linesBefore: new Map() };
    tables.set(key, known);
  }
  known.files.push(file);
  const [count] = await rows(connection, `select count(*) as n from ${known.table}`);
  known.firstRow.set(file.no, Number(count!.n));
  return known;
};

const readCsv = async (
  connection: DuckDBConnection,
  file: ImportedFile,
  tables: Map<string, TextTable>,
): Promise<void> => {
  const begin = await beginOf(file.path);
  if (begin.trim() === "") return;
  const { columns, delimiter, skip } = headerOf(file, begin);
  const { table, linesBefore } = await tableFor(connection, tables, file, columns, "csv");
  linesBefore.set(file.no, skip + 1);
  const types = columns.map((_, index) => `c${index}: 'VARCHAR'`).join(", ");
  // Everything is said, nothing guessed: a guess from the first rows would drop or misread later ones.
  await connection.run(
    `insert into ${table} select ${file.no}, ${columns.map((_, index) => cleaned(`c${index}`)).join(", ")}, null from read_csv(${literal(file.path)}, auto_detect = false, header = true,
       skip = ${skip}, delim = ${literal(delimiter)}, quote = '"', escape = '"', columns = {${types}},
       store_rejects = true, rejects_table = 'imp_csv_fault', rejects_scan = 'imp_csv_scan', rejects_limit = 0)`,
  );
  await connection.run(
    `insert into imp_bad_line select ${file.no}, line, any_value(csv_line) from imp_csv_fault group by line`,
  );
  for (const each of ["imp_csv_fault", "imp_csv_scan"]) await connection.run(`drop table ${each}`);
};

/** The first 64 KiB of a text. */
const beginOf = async (path: string): Promise<string> => {
  const file = createReadStream(path, { end: 65_535 });
  const stream = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  const parts: Buffer[] = [];
  try {
    for await (const part of stream as AsyncIterable<Buffer>) parts.push(part);
  } catch (error) {
    // The end of the piece is no end of the packed file; what could be unpacked is enough.
    if (parts.length === 0) throw error;
  }
  const bytes = Buffer.concat(parts);
  if (/^(fffe|feff)/.test(bytes.toString("hex", 0, 2)))
    throw badInput("FILE", `${path} is written in UTF-16; write it in UTF-8`);
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
};

const delimiters = [",", ";", "\t", "|"] as const;

const headerOf = (
  { path }: ImportedFile,
  begin: string,
): { columns: string[]; delimiter: string; skip: number } => {
  const lines = begin.split(/\r?\n/);
  const skip = lines.findIndex((line) => !line.startsWith("#"));
  const header = lines.slice(skip).join("\n");
  const unquoted = (lines[skip] ?? "").replace(/"[^"]*"/g, "");
  const count = (mark: string): number => unquoted.split(mark).length;
  const delimiter = delimiters.reduce((best, mark) => (count(mark) > count(best) ? mark : best));
  const [names = []] = parse(header, {
    to: 1,
    delimiter,
    relax_quotes: true,
    relax_column_count: true,
  }) as string[][];
  if (names.every((name) => name.trim() === ""))
    throw badInput("FILE", `${path} has no line with names of columns`);
  return { columns: eachOnce(names), delimiter, skip };
};

/** Names that are blank or there twice (in any case) get a number. */
const eachOnce = (given: readonly string[]): string[] => {
  const taken = new Set<string>();
  return given.map((text, index) => {
    const name = text.trim() || `column ${index + 1}`;
    let free = name;
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name}_${n}`;
    taken.add(free.toLowerCase());
    return free;
  });
};

const pointerTo = (key: string): string => literal(`/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);

const nothing = "('', 'nan', 'null', 'none', 'n/a', 'na', '-')";

/** A cell without blanks around it; null where it is empty or what programs write for nothing. */
const cleaned = (sql: string): string =>
  `case when lower(trim(${sql})) not in ${nothing} then trim(${sql}) end`;

/** Buffers are of this size twice a thread, so no more than the file needs, and no more than memory holds. */
const largestObject = (path: string): number =>
  Math.min(150_000_000, Math.max(16_000_000, statSync(path).size * (path.endsWith(".gz") ? 12 : 1) + 1024));

const readJson = async (
  connection: DuckDBConnection,
  file: ImportedFile,
  tables: Map<string, TextTable>,
): Promise<void> => {
  const path = literal(file.path);
  if (file.kind === "lines") await connection.run(stageLines(path, file.no));
  else {
    await connection.run(
      `create or replace temp table imp_json as
       select json as raw from read_json_objects(${path}, maximum_object_size = ${largestObject(file.path)})`,
    );
    await unwrap(connection, file);
  }
  const found = await rows(
    connection,
    "select distinct unnest(json_keys(raw)) as key from imp_json where json_type(raw) = 'OBJECT' order by key",
  );
  const keys = found.map(({ key }) => key as string);
  const [count] = await rows(connection, "select count(*) as n from imp_json");
  if (Number(count!.n) === 0) return;
  const { table, linesBefore } = await tableFor(connection, tables, file, keys, "json");
  if (file.kind === "lines") linesBefore.set(file.no, 0);
  const cells = keys.map((key) => `, ${cleaned(`(raw ->> ${pointerTo(key)})`)}`).join("");
  await connection.run(`insert into ${table} select ${file.no}${cells}, raw from imp_json order by rowid`);
  await connection.run("drop table imp_json");
};

/** One object a line; a line that is none is kept as what it is. */
const stageLines = (path: string, no: number): string => `
create or replace temp table imp_line as
select * from read_csv(${path}, auto_detect = false, header = false, delim = chr(1), quote = '', escape = '',
  columns = {'line': 'VARCHAR'});
insert into imp_bad_line select ${no}, rowid + 1, line from imp_line where trim(line) <> '' and try_cast(line as json) is null;
create or replace temp table imp_json as
select line::json as raw from imp_line where try_cast(line as json) is not null order by rowid;
drop table imp_line`;

/** The one row of imp_json gives way to the items of the array at a pointer into it. */
const takeItems = (pointer: string): string => `
create or replace temp table imp_json as select json_extract(raw, ${pointer}) as raw from imp_json;
create or replace temp table imp_json as select unnest(json_extract(raw, '$[*]')) as raw from imp_json`;

/** One object around one array of objects stands for the array, also where the array is empty. */
const unwrap = async (connection: DuckDBConnection, { path }: ImportedFile): Promise<void> => {
  const [only] = await rows(
    connection,
    "select any_value(json_type(raw)) as type from imp_json having count(*) = 1",
  );
  // The engine takes an array behind a byte order mark for one row.
  if (only?.type === "ARRAY") await connection.run(takeItems("''"));
  if (only?.type !== "OBJECT") return;
  const { keys, lists, empty } = await listsIn(connection);
  if (lists.length > 1)
    throw badInput(
      "FILE",
      `${path} holds several lists (${lists.join(", ")}); keep the one with the prices`,
      lists,
    );
  if (lists.length === 1) await connection.run(takeItems(pointerTo(lists[0]!)));
  else if (empty.length === 1 && !isRow(keys)) await connection.run("delete from imp_json");
};

/** Keys of the one object of imp_json, which of them are lists of objects, and which are empty lists. */
const listsIn = async (
  connection: DuckDBConnection,
): Promise<Record<"keys" | "lists" | "empty", string[]>> => {
  const found = await rows(connection, "select unnest(json_keys(raw)) as key from imp_json");
  const keys = found.map(({ key }) => key as string);
  // Each key as a constant: a row for each key would bring the whole object along with it.
  const signs = keys.map(
    (key, i) => `json_type(raw, ${pointerTo(key)} || '/0') = 'OBJECT' as list_${i},
      json_type(raw, ${pointerTo(key)}) = 'ARRAY' and json_array_length(raw, ${pointerTo(key)}) = 0 as empty_${i}`,
  );
  const [told] = await rows(connection, `select ${["true as told", ...signs].join(", ")} from imp_json`);
  const having = (sign: string): string[] => keys.filter((_, i) => told![`${sign}_${i}`] === true);
  return { keys, lists: having("list"), empty: having("empty") };
};

const isRow = (keys: readonly string[]): boolean => readColumns(keys).of.has("provider");
