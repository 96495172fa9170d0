import type { Offer, OfferFlag, Reject } from "../domain/offer.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { validityOf } from "../domain/validity.ts";
import { type StageColumn, stageRows } from "./append-rows.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import { priceFlagsOf } from "./listing-columns.ts";
import type { PullRecord } from "./write-pull.ts";

/** What is asked for an offer at one time, in USD. The price in `offer` has no meaning: many sightings share it. */
export interface Sighting {
  readonly offer: Offer;
  readonly priceRaw: number;
  readonly usdPerGpuHour: number;
  readonly flags: readonly OfferFlag[];
}

/** A pull with its number and what is counted of it. */
export interface Numbered {
  readonly pullNo: number;
  readonly pull: PullRecord;
  readonly offers: number;
  readonly rejects: readonly Reject[];
}

/** A time at which something was seen; several can belong to one pull. */
export interface Step {
  readonly ord: number;
  readonly pullNo: number;
  readonly source: string;
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly blindAll: boolean;
  /** What it does not show stands, for another pull of that time has shown it. */
  readonly yields: boolean;
  readonly blindScopes: readonly string[];
}

export interface Observation {
  readonly listingNo: number;
  readonly ord: number;
  readonly sighting: Sighting;
}

export interface Staged {
  readonly steps: readonly Step[];
  readonly observations: readonly Observation[];
  readonly numbered: readonly Numbered[];
}

const stepColumns: readonly StageColumn<Step>[] = [
  { name: "ord", type: "integer", of: (row) => row.ord },
  { name: "pull_no", type: "integer", of: (row) => row.pullNo },
  { name: "source", type: "varchar", of: (row) => row.source },
  { name: "t", type: "varchar", of: (row) => formatInstant(row.at) },
  { name: "recorded", type: "varchar", of: (row) => formatInstant(row.recordedAt) },
  { name: "blind_all", type: "boolean", of: (row) => row.blindAll },
  { name: "yields", type: "boolean", of: (row) => row.yields },
];

const blindColumns: readonly StageColumn<{ ord: number; scope: string }>[] = [
  { name: "ord", type: "integer", of: (row) => row.ord },
  { name: "scope", type: "varchar", of: (row) => row.scope },
];

const observationColumns: readonly StageColumn<Observation>[] = [
  { name: "listing_no", type: "integer", of: (row) => row.listingNo },
  { name: "ord", type: "integer", of: (row) => row.ord },
  { name: "usd", type: "double", of: ({ sighting }) => sighting.usdPerGpuHour },
  { name: "raw", type: "double", of: ({ sighting }) => sighting.priceRaw },
  { name: "avail", type: "integer", of: () => null },
  { name: "flags", type: "varchar", of: ({ sighting }) => priceFlagsOf(sighting.flags) },
];

const pullColumns: readonly StageColumn<Numbered>[] = [
  { name: "pull_no", type: "integer", of: (row) => row.pullNo },
  { name: "source", type: "varchar", of: (row) => row.pull.source },
  { name: "observed_at", type: "varchar", of: (row) => formatInstant(row.pull.observedAt) },
  { name: "recorded_at", type: "varchar", of: (row) => formatInstant(row.pull.recordedAt) },
  { name: "started_at", type: "varchar", of: (row) => formatInstant(row.pull.startedAt) },
  { name: "finished_at", type: "varchar", of: (row) => formatInstant(row.pull.finishedAt) },
  { name: "status", type: "varchar", of: (row) => row.pull.status },
  { name: "origin", type: "varchar", of: (row) => row.pull.origin },
  { name: "every_minutes", type: "double", of: (row) => row.pull.everyMinutes },
  {
    name: "current_until",
    type: "varchar",
    of: (row) => formatInstant(validityOf(row.pull).currentUntil),
  },
  { name: "expires_at", type: "varchar", of: (row) => formatInstant(validityOf(row.pull).expiresAt) },
  { name: "offers", type: "integer", of: (row) => row.offers },
  { name: "rejects", type: "integer", of: (row) => row.rejects.length },
  { name: "unknown_gpus", type: "integer", of: (row) => row.pull.unknownGpus },
  { name: "blind_all", type: "boolean", of: (row) => row.pull.blindScopes === "*" },
  { name: "blind_scopes", type: "varchar", of: (row) => JSON.stringify(blindOf(row.pull)) },
  { name: "parser_version", type: "integer", of: (row) => row.pull.parserVersion },
  { name: "note", type: "varchar", of: (row) => row.pull.note },
  { name: "payloads", type: "varchar", of: (row) => JSON.stringify(row.pull.payloads) },
];

const blindOf = ({ blindScopes }: PullRecord): readonly string[] => (blindScopes === "*" ? [] : blindScopes);

/** Lays out what appendDifferences compares. */
export const stageAll = async (
  connection: DuckDBConnection,
  { steps, observations }: Staged,
): Promise<void> => {
  const blind = steps.flatMap(({ ord, blindScopes }) => blindScopes.map((scope) => ({ ord, scope })));
  await stageRows(connection, "stage_steps", stepColumns, steps);
  await stageRows(connection, "stage_blind", blindColumns, blind);
  await stageRows(connection, "stage_obs", observationColumns, observations);
  await connection.run(
    `create or replace temp table stage_pulls as
     select ord, pull_no, source, t::timestamp as t, recorded::timestamp as recorded, blind_all, yields
     from stage_steps`,
  );
  await connection.run("drop table stage_steps");
  await connection.run(
    "create or replace temp table stage_fx (listing_no integer, ord integer, fx_rate double, fx_date date)",
  );
};

/** Writes the rows of the table pulls with the ticks that each brought; appendDifferences must have run. */
export const insertPulls = async (
  connection: DuckDBConnection,
  numbered: readonly Numbered[],
): Promise<void> => {
  await stageRows(connection, "stage_past", pullColumns, numbered);
  await connection.run(
    `insert into pulls by name
     select stage_past.* replace (
         observed_at::timestamp as observed_at, recorded_at::timestamp as recorded_at,
         started_at::timestamp as started_at, finished_at::timestamp as finished_at,
         current_until::timestamp as current_until, expires_at::timestamp as expires_at,
         status::pull_status as status, origin::pull_origin as origin,
         blind_scopes::json::varchar[] as blind_scopes, payloads::json as payloads
       ),
       coalesce(changed.n, 0)::integer as ticks
     from stage_past left join (
       select pull_no, count(*) as n
       from (select pull_no from fresh join stage_pulls using (ord) union all select pull_no from heal) group by pull_no
     ) as changed using (pull_no)`,
  );
  await connection.run("drop table stage_past");
};

const rejectColumns: readonly StageColumn<{ pullNo: number; source: string; reject: Reject }>[] = [
  { name: "pull_no", type: "integer", of: (row) => row.pullNo },
  { name: "source", type: "varchar", of: (row) => row.source },
  { name: "reason", type: "varchar", of: (row) => row.reject.reason },
  { name: "raw", type: "varchar", of: (row) => row.reject.raw },
];

/** A row that stays odd from pull to pull is kept once a source. */
export const insertRejects = async (
  connection: DuckDBConnection,
  numbered: readonly Numbered[],
): Promise<void> => {
  const found = numbered.flatMap(({ pullNo, pull, rejects }) =>
    rejects.map((reject) => ({ pullNo, source: pull.source, reject })),
  );
  if (found.length === 0) return;
  await stageRows(connection, "stage_rejects", rejectColumns, found);
  await connection.run(
    `insert into rejects
     select min(pull_no), reason, raw from stage_rejects
     anti join (select source, reason, raw from rejects join pulls using (pull_no) where pull_no < $first) as known
       using (source, reason, raw)
     group by source, reason, raw`,
    { first: numbered[0]!.pullNo },
  );
  await connection.run("drop table stage_rejects");
};
