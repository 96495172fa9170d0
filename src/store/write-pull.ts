import { breathe } from "../breathe.ts";
import type { SourceClass } from "../domain/book.ts";
import type { Fleet } from "../domain/fleet.ts";
import type { FxRate } from "../domain/money.ts";
import type { Completeness, Offer, Reject } from "../domain/offer.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import type { TokenPrice } from "../domain/token-price.ts";
import { type PullOrigin, validityOf } from "../domain/validity.ts";
import { appendDifferences, dropStage } from "./append-differences.ts";
import { appendRows, createStage, type StageColumn } from "./append-rows.ts";
import { type Catalog, keepListings, register, startRegistration, writeListings } from "./catalog.ts";
import { type Database, rows, transaction, translate } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import { priceFlagsOf } from "./listing-columns.ts";
import { type ListingState, readStates } from "./read-states.ts";
import { insertFleets, insertRates, insertTokenPrices } from "./write-beside.ts";

export type PullStatus = Completeness["state"] | "failed";

/** One run of one source, as the table pulls keeps it. */
export interface PullRecord {
  readonly source: string;
  /** What the source is: it tells how long its prices stand. */
  readonly kind: SourceClass;
  readonly observedAt: Instant;
  readonly recordedAt: Instant;
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly status: PullStatus;
  readonly origin: PullOrigin;
  readonly everyMinutes: number;
  readonly unknownGpus: number;
  /** Rows of the answers; absent where they were not counted. */
  readonly rowsSeen?: number;
  /** Rows that a rule left out, by its name. */
  readonly dropped?: Readonly<Record<string, number>>;
  readonly blindScopes: readonly string[] | "*";
  readonly parserVersion: number;
  /** Why it failed or what it could not see; null when it is complete. */
  readonly note: string | null;
  /** Records of the archived bodies, kept as JSON. */
  readonly payloads: readonly object[];
}

/** What a pull brings beside offers. */
export interface BesideOffers {
  /** Listings that become unknown where the pull lacks them, whatever it could see; by number. */
  readonly held?: readonly number[];
  readonly rejects?: readonly Reject[];
  readonly rates?: readonly FxRate[];
  readonly fleets?: readonly Fleet[];
  readonly tokens?: readonly TokenPrice[];
}

/** What one pull did to the tape. */
export interface PullResult {
  readonly pullNo: number;
  readonly offers: number;
  readonly rejects: number;
  readonly ticks: number;
  /** Present state of every listing that the pull changed. */
  readonly states: readonly ListingState[];
}

interface Staged {
  readonly listingNo: number;
  readonly offer: Offer;
}

const observationColumns: readonly StageColumn<Staged>[] = [
  { name: "listing_no", type: "integer", of: (row) => row.listingNo },
  { name: "ord", type: "integer", of: () => 0 },
  { name: "usd", type: "double", of: (row) => row.offer.usdPerGpuHour },
  { name: "raw", type: "double", of: (row) => row.offer.priceRaw },
  { name: "avail", type: "integer", of: (row) => row.offer.availableGpus },
  { name: "flags", type: "varchar", of: (row) => priceFlagsOf(row.offer.flags) },
];

const fxColumns: readonly StageColumn<Staged>[] = [
  { name: "listing_no", type: "integer", of: (row) => row.listingNo },
  { name: "ord", type: "integer", of: () => 0 },
  { name: "fx_rate", type: "double", of: (row) => row.offer.fxRate },
  { name: "fx_date", type: "varchar", of: (row) => row.offer.fxDate },
];

/**
 * Writes one pull in one transaction: its row in pulls, its listings, its differences as ticks, its rejects, rates,
 * fleets and token prices. A pull that failed or saw nothing leaves its row and no tick. On return the catalog knows it.
 */
export const writePull = (
  database: Database,
  catalog: Catalog,
  pull: PullRecord,
  offers: readonly Offer[],
  { held = [], rejects = [], rates = [], fleets = [], tokens = [] }: BesideOffers = {},
): Promise<PullResult> =>
  database.exclusive(async () => {
    const registration = startRegistration(catalog);
    const { staged, duplicates } = await stageOffers(catalog, registration, offers, pull.observedAt);
    const allRejects = [...rejects, ...duplicates];
    const counts = { offers: staged.length, rejects: allRejects.length };
    const beside = rates.length + fleets.length + tokens.length;
    try {
      const result = await transaction(database.writer, async () => {
        const pullNo = await nextPullNo(database.writer);
        await writeListings(database.writer, registration);
        const seen = pull.status !== "failed" && pull.status !== "empty";
        const ticks = seen ? await appendPull(database.writer, pull, pullNo, staged, held) : 0;
        await insertPull(database.writer, pull, pullNo, { ...counts, beside, ticks });
        await insertRejects(database.writer, pullNo, allRejects);
        await insertRates(database.writer, rates, pull.recordedAt);
        await insertFleets(database.writer, pull, pullNo, fleets);
        await insertTokenPrices(database.writer, pull, pullNo, tokens);
        const states = seen ? await readStates(database.writer, { listings: touched }) : [];
        return { pullNo, ...counts, ticks, states };
      });
      await keepListings(catalog, registration);
      await dropStage(database.writer);
      return result;
    } catch (error) {
      throw translate(error, database.path);
    }
  });

const stageOffers = async (
  catalog: Catalog,
  registration: ReturnType<typeof startRegistration>,
  offers: readonly Offer[],
  seenAt: Instant,
): Promise<{ staged: Staged[]; duplicates: Reject[] }> => {
  const staged: Staged[] = [];
  const duplicates: Reject[] = [];
  const seen = new Set<number>();
  for (const [index, offer] of offers.entries()) {
    const listingNo = register(catalog, registration, offer, seenAt);
    if (seen.has(listingNo))
      duplicates.push({ reason: "duplicate", raw: JSON.stringify(offer).slice(0, 2000) });
    else staged.push({ listingNo, offer });
    seen.add(listingNo);
    if (index % 1000 === 999) await breathe();
  }
  return { staged, duplicates };
};

const touched = "select listing_no from fresh union all select listing_no from stage_listings";

/** The number the next pull gets. */
export const nextPullNo = async (connection: DuckDBConnection): Promise<number> => {
  const [row] = await rows(connection, "select coalesce(max(pull_no) + 1, 1) as n from pulls");
  return Number(row!.n);
};

const appendPull = async (
  connection: DuckDBConnection,
  pull: PullRecord,
  pullNo: number,
  staged: readonly Staged[],
  held: readonly number[],
): Promise<number> => {
  await createStage(connection, "stage_obs", observationColumns);
  await appendRows(connection, "stage_obs", observationColumns, staged);
  await createStage(connection, "stage_fx", fxColumns);
  const foreign = staged.filter((row) => row.offer.fxRate !== null);
  await appendRows(connection, "stage_fx", fxColumns, foreign);
  await connection.run(
    `create or replace temp table stage_pulls as select 0 as ord, $pullNo::integer as pull_no, $source::varchar as source,
      $observedAt::timestamp as t, $recordedAt::timestamp as recorded, $blindAll::boolean as blind_all, false as yields`,
    {
      pullNo,
      source: pull.source,
      observedAt: formatInstant(pull.observedAt),
      recordedAt: formatInstant(pull.recordedAt),
      blindAll: pull.blindScopes === "*",
    },
  );
  await connection.run(
    "create or replace temp table stage_blind as select 0 as ord, unnest($scopes::json::varchar[]) as scope",
    {
      scopes: JSON.stringify(pull.blindScopes === "*" ? [] : pull.blindScopes),
    },
  );
  await connection.run(
    "create or replace temp table stage_held as select 0 as ord, unnest($held::json::integer[]) as listing_no",
    { held: JSON.stringify(held) },
  );
  return (await appendDifferences(connection, formatInstant(pull.recordedAt))).ticks;
};

const insertPull = async (
  connection: DuckDBConnection,
  pull: PullRecord,
  pullNo: number,
  counts: { offers: number; rejects: number; beside: number; ticks: number },
): Promise<void> => {
  const { currentUntil, expiresAt } = validityOf(pull);
  const counted = pull.rowsSeen !== undefined;
  await connection.run(
    `insert into pulls by name select $pullNo as pull_no, $source as source, $observedAt::timestamp as observed_at,
      $recordedAt::timestamp as recorded_at, $startedAt::timestamp as started_at, $finishedAt::timestamp as finished_at,
      $status::pull_status as status, $origin::pull_origin as origin, $everyMinutes as every_minutes, $offers as offers,
      $rejects as rejects, $unknownGpus as unknown_gpus, $ticks as ticks, $blindAll as blind_all,
      $scopes::json::varchar[] as blind_scopes, $parserVersion as parser_version, $note as note,
      $payloads::json as payloads, $rowsSeen as rows_seen, $dropped::json as dropped, $beside as beside,
      $currentUntil::timestamp as current_until, $expiresAt::timestamp as expires_at`,
    {
      ...{ pullNo, source: pull.source, offers: counts.offers, rejects: counts.rejects, ticks: counts.ticks },
      observedAt: formatInstant(pull.observedAt),
      recordedAt: formatInstant(pull.recordedAt),
      startedAt: formatInstant(pull.startedAt),
      finishedAt: formatInstant(pull.finishedAt),
      status: pull.status,
      origin: pull.origin,
      everyMinutes: pull.everyMinutes,
      unknownGpus: pull.unknownGpus,
      blindAll: pull.blindScopes === "*",
      scopes: JSON.stringify(pull.blindScopes === "*" ? [] : pull.blindScopes),
      parserVersion: pull.parserVersion,
      note: pull.note,
      payloads: JSON.stringify(pull.payloads),
      rowsSeen: pull.rowsSeen ?? null,
      dropped: counted ? JSON.stringify(pull.dropped ?? {}) : null,
      beside: counted ? counts.beside : null,
      currentUntil: formatInstant(currentUntil),
      expiresAt: formatInstant(expiresAt),
    },
  );
};

const insertRejects = async (
  connection: DuckDBConnection,
  pullNo: number,
  rejects: readonly Reject[],
): Promise<void> => {
  if (rejects.length === 0) return;
  const columns: StageColumn<Reject>[] = [
    { name: "reason", type: "varchar", of: (reject) => reject.reason },
    { name: "raw", type: "varchar", of: (reject) => reject.raw },
  ];
  await createStage(connection, "stage_rejects", columns);
  await appendRows(connection, "stage_rejects", columns, rejects);
  await connection.run("insert into rejects select $pullNo, reason, raw from stage_rejects", { pullNo });
  await connection.run("drop table stage_rejects");
};
