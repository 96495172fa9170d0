import { formatInstant, minute } from "../domain/time.ts";
import { badInput } from "../errors.ts";
import { appendDifferences, dropStage } from "./append-differences.ts";
import {
  type Catalog,
  keepListings,
  type Registration,
  startRegistration,
  writeListings,
} from "./catalog.ts";
import { type Database, rows, transaction } from "./database.ts";
import { doubtArchive } from "./doubt-archive.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import { checkColumns, checkMap, readColumns } from "./import-columns.ts";
import type { ImportOptions, ImportResult, ImportTools } from "./import-contract.ts";
import { importError } from "./import-errors.ts";
import { openGroups } from "./import-groups.ts";
import { nameListings } from "./import-listings.ts";
import { stageObservations } from "./import-observations.ts";
import { type FoundFiles, findFiles } from "./import-paths.ts";
import { stageFiles } from "./import-places.ts";
import { insertPulls, layOutPulls } from "./import-pulls.ts";
import {
  blindWhereUnread,
  countRejects,
  type FileCounts,
  stageFaults,
  writeRejects,
} from "./import-rejects.ts";
import { identities, type ReadGroup, sourceView } from "./import-sql.ts";

export type { ImportOptions, ImportResult, ImportTools };

const steps = [
  "reading",
  "naming listings",
  "laying out pulls",
  "reading prices",
  "finding changes",
  "writing",
];

/** A clock may be wrong by so much; what lies further ahead is not believed. */
const aheadMs = 10 * minute;

/**
 * Reads tidy CSV, JSON or Parquet files, folders and patterns into the tape, as one import in one transaction: all of
 * it or nothing. Running it twice adds nothing; a file that contradicts what the tape knows is recorded as learnt now.
 * Throws `not_found` or `bad_input` naming the file, the column and the way out.
 */
export const importFile = (
  database: Database,
  catalog: Catalog,
  given: string | readonly string[],
  tools: ImportTools,
  options: ImportOptions = {},
): Promise<ImportResult> =>
  database.exclusive(async () => {
    const started = performance.now();
    const registration = startRegistration(catalog);
    const paths = typeof given === "string" ? [given] : given;
    const file = paths.join(", ");
    try {
      tools.progress(steps[0]!, 0, steps.length);
      // Before the transaction, in which new temporary rows have no numbers of their own yet.
      const opened = await openFiles(database.writer, paths, options);
      const counts = await transaction(database.writer, () =>
        importInto(database.writer, catalog, registration, opened, tools, options),
      );
      await keepListings(catalog, registration);
      tools.progress("done", steps.length, steps.length);
      return { file, ...counts, seconds: Math.round(performance.now() - started) / 1000 };
    } catch (error) {
      throw importError(error, file, database.path);
    } finally {
      await dropImport(database.writer);
      await dropStage(database.writer);
    }
  });

const importInto = async (
  connection: DuckDBConnection,
  catalog: Catalog,
  registration: Registration,
  { files, skipped, groups }: OpenedFiles,
  tools: ImportTools,
  options: ImportOptions,
): Promise<Omit<ImportResult, "file" | "seconds">> => {
  const step = (index: number): void => tools.progress(steps[index]!, index, steps.length);
  const now = formatInstant(tools.now);
  const view = sourceView(groups, options, formatInstant(tools.now + aheadMs));
  await connection.run(view.sql);
  step(1);
  await connection.run(identities(view));
  const named = await nameListings(connection, catalog, registration, tools, options);
  step(2);
  const { cutPulls } = await layOutPulls(connection, tools, options, files.length);
  step(3);
  const read = await stageFaults(connection);
  await stageObservations(connection, view, tools.rates);
  await connection.run(blindWhereUnread(options.cap !== undefined));
  const rejects = await countRejects(connection, files, read);
  await stageFiles(connection, groups, rejects.files);
  await connection.run("drop table imp_rows");
  step(4);
  await writeListings(connection, registration);
  await doubtArchive(connection);
  const { ticks } = await appendDifferences(connection, now);
  step(5);
  await connection.run(insertPulls, { now });
  await writeRejects(connection, groups, now);
  const sum = (of: keyof FileCounts): number =>
    rejects.files.reduce((all, each) => all + Number(each[of]), 0);
  return {
    rows: sum("rows"),
    kept: sum("kept"),
    without_price: rejects.withoutPrice,
    ticks,
    rejects: sum("rejects"),
    reject_reasons: rejects.reasons,
    refused_prices: rejects.prices,
    cut_pulls: cutPulls,
    listings: named.listings,
    pulls: await count(connection, "select count(*) as n from stage_pulls"),
    unknown_gpus: named.unknownGpus,
    flags: await countFlags(connection, named.flags),
    ...columnsOf(groups),
    files: rejects.files,
    skipped_files: skipped,
  };
};

interface OpenedFiles extends FoundFiles {
  readonly groups: readonly ReadGroup[];
}

/** Opens the files and reads what their columns mean; throws for a file that lacks one. */
const openFiles = async (
  connection: DuckDBConnection,
  given: readonly string[],
  { map = {}, key }: ImportOptions,
): Promise<OpenedFiles> => {
  const found = await findFiles(connection, given);
  const opened = await openGroups(connection, found.files);
  if (opened.length === 0) throw badInput("FILE", `${given.join(", ")} holds no row and no names of columns`);
  checkMap(map, [...new Set(opened.flatMap(({ cells }) => [...cells.keys()]))]);
  const groups = opened.map((group) => {
    const columns = [...group.cells.keys()];
    const reading = readColumns(columns, map);
    checkColumns(group.files[0]!.path, columns, reading, key);
    return { group, reading };
  });
  return { ...found, groups };
};

const columnsOf = (groups: readonly ReadGroup[]): Pick<ImportResult, "columns" | "unread_columns"> => {
  const read = new Map(
    groups.flatMap(({ reading }) => [...reading.of].map(([our, theirs]) => [theirs, our])),
  );
  const unread = new Set(groups.flatMap(({ reading }) => reading.unread));
  return { columns: Object.fromEntries(read), unread_columns: [...unread] };
};

const countFlags = async (
  connection: DuckDBConnection,
  flags: Readonly<Record<string, number>>,
): Promise<Record<string, number>> => {
  const doubted = await rows(
    connection,
    `select flag, count(*) as n from (select unnest(string_split(flags, ',')) as flag from stage_obs where flags <> '')
     group by flag order by flag`,
  );
  return { ...flags, ...Object.fromEntries(doubted.map(({ flag, n }) => [flag as string, Number(n)])) };
};

const count = async (connection: DuckDBConnection, query: string): Promise<number> =>
  Number((await rows(connection, query))[0]!.n);

/** Frees the temporary tables of an import. */
const dropImport = async (connection: DuckDBConnection): Promise<void> => {
  await connection.run("drop view if exists imp_src");
  const left = await rows(
    connection,
    "select table_name as name from duckdb_tables() where temporary and starts_with(table_name, 'imp_')",
  );
  for (const { name } of left) await connection.run(`drop table if exists temp.${name as string}`);
};
