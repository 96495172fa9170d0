import { createHash } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Offer, OfferDraft, Reject } from "../domain/offer.ts";
import type { PriceBand } from "../domain/price-bands.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { AppError, badInput } from "../errors.ts";
import { appendDifferences, dropStage } from "./append-differences.ts";
import { type StageColumn, stageRows } from "./append-rows.ts";
import {
  type Catalog,
  keepListings,
  type Registration,
  register,
  startRegistration,
  writeListings,
} from "./catalog.ts";
import { type Database, eachChunk, rows, transaction, translate } from "./database.ts";
import { doubtArchive } from "./doubt-archive.ts";
import { columnsOf, readerOf } from "./import-columns.ts";
import { insertPulls, layOutPulls, sourceIdOf } from "./import-pulls.ts";
import * as sql from "./import-sql.ts";

export interface ImportOptions {
  /** Identity columns in place of the usual ones. */
  readonly key?: readonly string[];
  /** Prices are per GPU, not per instance. */
  readonly perGpu?: boolean;
  /** Every pull of the file shows its whole market: what is absent is delisted, not unknown. */
  readonly complete?: boolean;
  /**
   * The query behind the file shows at most so many rows a GPU model: where a pull has as many, it is blind to the
   * rest of that model. All else it shows whole, as with `complete`.
   */
  readonly cap?: number;
  /** Knowledge time of all rows; default the file's own recorded_at, else observed_at. */
  readonly recordedAt?: Instant;
}

export interface ImportResult {
  readonly file: string;
  readonly rows: number;
  readonly ticks: number;
  readonly rejects: number;
  /** Rejects by reason. */
  readonly reject_reasons: Readonly<Record<string, number>>;
  /** Pulls that the cap cut. */
  readonly cut_pulls: number;
  readonly listings: number;
  readonly pulls: number;
  readonly unknown_gpus: number;
  readonly seconds: number;
}

/** What import needs from outside the store. */
export interface ImportTools {
  readonly judge: (
    draft: OfferDraft,
    source: string,
    observedAt: Instant,
  ) => { offer: Offer } | { reject: Reject };
  readonly canonicalProvider: (name: string) => string;
  /** Outside this a price is flagged. */
  readonly bandOf: (gpu: string) => PriceBand;
  readonly now: Instant;
  readonly progress: (step: string, done: number, of: number) => void;
}

const steps = [
  "reading",
  "naming listings",
  "laying out pulls",
  "reading prices",
  "finding changes",
  "writing",
];

/**
 * Reads a tidy CSV or Parquet file into the tape, in one transaction: all of it or nothing. Running it twice
 * adds nothing; a file that contradicts what the tape knows is recorded as learnt now.
 * Throws `not_found` or `bad_input` naming the file, the column and the way out.
 */
export const importFile = (
  database: Database,
  catalog: Catalog,
  file: string,
  tools: ImportTools,
  options: ImportOptions = {},
): Promise<ImportResult> =>
  database.exclusive(async () => {
    const started = performance.now();
    const registration = startRegistration(catalog);
    try {
      const payload = await payloadOf(file);
      const counts = await transaction(database.writer, () =>
        importInto(database.writer, catalog, registration, file, payload, tools, options),
      );
      await keepListings(catalog, registration);
      tools.progress("done", steps.length, steps.length);
      return { file, ...counts, seconds: Math.round(performance.now() - started) / 1000 };
    } catch (error) {
      throw importError(error, file, database.path);
    } finally {
      await sql.dropImport(database.writer);
      await dropStage(database.writer);
    }
  });

const importInto = async (
  connection: DuckDBConnection,
  catalog: Catalog,
  registration: Registration,
  file: string,
  payload: string,
  tools: ImportTools,
  options: ImportOptions,
): Promise<Omit<ImportResult, "file" | "seconds">> => {
  const step = (index: number): void => tools.progress(steps[index]!, index, steps.length);
  step(0);
  const columns = await columnsOf(connection, file, options.key);
  await connection.run(sql.sourceView(readerOf(file), columns, options));
  const rowCount = await count(connection, `select count(*) as n from ${readerOf(file)}`);
  step(1);
  await connection.run(sql.identities);
  const named = await nameListings(connection, catalog, registration, tools, options);
  step(2);
  await layOutPulls(connection, tools, options);
  step(3);
  await connection.run(sql.observations(options.perGpu ?? false));
  if ((await count(connection, sql.countDuplicates)) > 0) await connection.run(sql.dropDuplicates);
  step(4);
  await writeListings(connection, registration);
  await doubtArchive(connection);
  const { ticks } = await appendDifferences(connection, formatInstant(tools.now));
  step(5);
  await connection.run(insertPulls, { now: formatInstant(tools.now), payload });
  await connection.run(sql.insertRejects);
  const reasons = await countReasons(connection);
  return {
    rows: rowCount,
    ticks,
    rejects: Object.values(reasons).reduce((sum, n) => sum + n, 0),
    reject_reasons: reasons,
    cut_pulls: await count(connection, "select count(distinct ord) as n from stage_blind"),
    listings: named.listings,
    pulls: await count(connection, "select count(*) as n from stage_pulls"),
    unknown_gpus: named.unknownGpus,
  };
};

const count = async (connection: DuckDBConnection, query: string): Promise<number> =>
  Number((await rows(connection, query))[0]!.n);

const countReasons = async (connection: DuckDBConnection): Promise<Record<string, number>> => {
  const found = await rows(connection, sql.countRejects);
  return Object.fromEntries(found.map(({ reason, n }) => [reason as string, Number(n)]));
};

interface Named {
  readonly identNo: number;
  readonly purchase: number;
  readonly listingNo: number;
  readonly low: number;
  readonly high: number;
}

/** Judges each distinct identity once per purchase and stages the listing number it got. */
const nameListings = async (
  connection: DuckDBConnection,
  catalog: Catalog,
  registration: Registration,
  tools: ImportTools,
  options: ImportOptions,
): Promise<{ listings: number; unknownGpus: number }> => {
  const named: Named[] = [];
  const refused: { identNo: number; purchase: number; reason: string }[] = [];
  const unknown = new Set<string>();
  const names = sql.identityColumns;
  await eachChunk(connection, sql.readIdentities, undefined, (columns, size) => {
    for (let i = 0; i < size; i++) {
      const row = Object.fromEntries(names.map((name, c) => [name, columns[c]![i]!]));
      for (const purchase of [0, 1]) {
        if (row[purchase === 0 ? "has_price" : "has_spot"] !== true) continue;
        const draft = sql.toDraft(row, purchase, options);
        const source = sourceIdOf(tools.canonicalProvider(draft.provider), row.dataset as string);
        const judged = tools.judge(draft, source, row.first_at as number);
        const identNo = row.ident_no as number;
        if ("reject" in judged) {
          refused.push({ identNo, purchase, reason: judged.reject.reason });
          continue;
        }
        if (judged.offer.gpu.startsWith("unknown:")) unknown.add(judged.offer.gpu);
        const listingNo = register(catalog, registration, judged.offer, row.first_at as number);
        named.push({ identNo, purchase, listingNo, ...tools.bandOf(judged.offer.gpu) });
      }
    }
  });
  await stageRows(connection, "imp_named", namedColumns, named);
  await stageRows(connection, "imp_refused", refusedColumns, refused);
  return { listings: new Set(named.map((row) => row.listingNo)).size, unknownGpus: unknown.size };
};

const namedColumns: readonly StageColumn<Named>[] = [
  { name: "ident_no", type: "integer", of: (row) => row.identNo },
  { name: "purchase", type: "integer", of: (row) => row.purchase },
  { name: "listing_no", type: "integer", of: (row) => row.listingNo },
  { name: "low", type: "double", of: (row) => row.low },
  { name: "high", type: "double", of: (row) => row.high },
];

const refusedColumns: readonly StageColumn<{ identNo: number; purchase: number; reason: string }>[] = [
  { name: "ident_no", type: "integer", of: (row) => row.identNo },
  { name: "purchase", type: "integer", of: (row) => row.purchase },
  { name: "reason", type: "varchar", of: (row) => row.reason },
];

const payloadOf = async (file: string): Promise<string> => {
  if (!existsSync(file)) throw new AppError("not_found", `FILE: there is no file ${file}`);
  if (statSync(file).isDirectory())
    throw badInput("FILE", `${file} is a folder; name a .csv or .parquet file in it`);
  const hash = createHash("sha256");
  for await (const part of createReadStream(file)) hash.update(part as Buffer);
  const record = {
    name: basename(file),
    url: "file",
    sha256: hash.digest("hex"),
    bytes: statSync(file).size,
  };
  return JSON.stringify([record]);
};

const importError = (error: unknown, file: string, path: string): unknown => {
  if (error instanceof AppError) return error;
  const known = translate(error, path);
  // A broken file calls itself corrupt as a broken tape does; here the tape is open and sound.
  if (known instanceof AppError && known.code !== "bad_input") return known;
  const text = error instanceof Error ? error.message : String(error);
  return badInput("FILE", `${file} cannot be read: ${text.split("\n")[0]}; nothing of it was kept`);
};
