import type { FxRate } from "../domain/money.ts";
import type { Reject } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { PullOrigin } from "../domain/validity.ts";
import { type Database, rows } from "./database.ts";
import type { PullStatus } from "./write-pull.ts";

/** The last pull of a source and when it last saw its market. */
export interface LastPull {
  readonly source: string;
  readonly pullNo: number;
  readonly startedAt: Instant;
  readonly status: PullStatus;
  readonly origin: PullOrigin;
  readonly offers: number;
  readonly rejects: number;
  readonly unknownGpus: number;
  /** Rows of its answers, and those of them that a rule left out, by its name; null for pulls that did not count. */
  readonly rowsSeen: number | null;
  readonly dropped: Readonly<Record<string, number>> | null;
  readonly note: string | null;
  /** Start of the last pull that was neither failed nor empty. */
  readonly lastOkAt: Instant | null;
  /** Market time of that pull: the age of what it saw counts from here. */
  readonly lastGoodAt: Instant | null;
}

/** The last pull of every source that ever ran. */
export const readLastPulls = async (database: Database): Promise<LastPull[]> => {
  const found = await rows(
    database.reader,
    `select source, max(pull_no) as pull_no,
       arg_max(epoch_ms(started_at), pull_no)::double as started_at, arg_max(status, pull_no)::varchar as status,
       arg_max(origin, pull_no)::varchar as origin, arg_max(offers, pull_no) as offers,
       arg_max(rejects, pull_no) as rejects, arg_max(unknown_gpus, pull_no) as unknown_gpus,
       arg_max_null(note, pull_no) as note, arg_max_null(rows_seen, pull_no) as rows_seen,
       arg_max_null(dropped::varchar, pull_no) as dropped,
       max(epoch_ms(started_at)) filter (status not in ('failed', 'empty'))::double as last_ok_at,
       max(epoch_ms(observed_at)) filter (status not in ('failed', 'empty'))::double as last_good_at
     from pulls where origin <> 'replay' group by source order by source`,
  );
  return found.map((row) => ({
    source: row.source as string,
    pullNo: row.pull_no as number,
    startedAt: row.started_at as number,
    status: row.status as PullStatus,
    origin: row.origin as PullOrigin,
    offers: row.offers as number,
    rejects: row.rejects as number,
    unknownGpus: row.unknown_gpus as number,
    note: row.note as string | null,
    rowsSeen: row.rows_seen as number | null,
    dropped: row.dropped === null ? null : (JSON.parse(row.dropped as string) as Record<string, number>),
    lastOkAt: row.last_ok_at as number | null,
    lastGoodAt: row.last_good_at as number | null,
  }));
};

/** An archived pull that can be read again. */
export interface ArchivedPull {
  readonly source: string;
  readonly observedAt: Instant;
  readonly payloads: string;
}

/** Live pulls of the sources with archived bodies, oldest first; the payload records are JSON. */
export const readArchivedPulls = async (
  database: Database,
  sources: readonly string[],
): Promise<ArchivedPull[]> => {
  const found = await rows(
    database.reader,
    `select source, epoch_ms(observed_at)::double as observed_at, payloads::varchar as payloads from pulls
     where origin = 'live' and json_array_length(payloads) > 0
       and source in (select unnest($sources::json::varchar[])) order by observed_at, pull_no`,
    { sources: JSON.stringify(sources) },
  );
  return found.map((row) => ({
    source: row.source as string,
    observedAt: row.observed_at as number,
    payloads: row.payloads as string,
  }));
};

/** ECB rates published in [from, to] (YYYY-MM-DD), the last recorded value of each day. */
export const readRates = async (database: Database, from: string, to: string): Promise<FxRate[]> => {
  const found = await rows(
    database.reader,
    `select date::varchar as date, currency, arg_max(per_euro, recorded_at) as per_euro from fx_rates
     where date between $from::date and $to::date group by date, currency order by date, currency`,
    { from, to },
  );
  return found.map((row) => ({
    date: row.date as string,
    currency: row.currency as string,
    perEuro: row.per_euro as number,
  }));
};

/** Rejects of a source's last pull that had any, with the raw text. */
export const readRejects = async (
  database: Database,
  source: string,
  limit: number,
): Promise<(Reject & { pullNo: number; observedAt: Instant })[]> => {
  const found = await rows(
    database.reader,
    `with last as (
       select max(pull_no) as pull_no from rejects join pulls using (pull_no) where source = $source
     )
     select pull_no, epoch_ms(observed_at)::double as observed_at, reason, raw
     from rejects join last using (pull_no) join pulls using (pull_no) order by reason, raw limit $limit`,
    { source, limit },
  );
  return found.map((row) => ({
    pullNo: row.pull_no as number,
    observedAt: row.observed_at as number,
    reason: row.reason as string,
    raw: row.raw as string,
  }));
};
