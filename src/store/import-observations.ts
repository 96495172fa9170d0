import { type FxRate, maxFxAgeDays, usdRate } from "../domain/money.ts";
import { day } from "../domain/time.ts";
import { type StageColumn, stageRows } from "./append-rows.ts";
import { rows } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import { isPrice, type SourceView, sameIdentity } from "./import-sql.ts";

/** Reads the reference rates published in [from, to] (YYYY-MM-DD). */
export type ReadRates = (from: string, to: string) => Promise<readonly FxRate[]>;

/** Every row with a price that can be compared, under the numbers of its identity and its pull. */
const pricedRows = (view: SourceView): string => `
create or replace temp table imp_rows as
select file_no, row_no, ident_no, ord, price, spot_price, free
from imp_src
join imp_ident on ${sameIdentity(view)}
join imp_source on imp_source.provider = imp_src.provider and imp_source.dataset = imp_src.dataset
join stage_pulls on stage_pulls.source = imp_source.source and stage_pulls.t = imp_src.t
where fault is null and (${isPrice("imp_src.price")} or ${isPrice("imp_src.spot_price")})`;

interface DayRate {
  readonly currency: string;
  readonly day: string;
  readonly rate: number;
  readonly date: string;
}

const rateColumns: readonly StageColumn<DayRate>[] = [
  { name: "currency", type: "varchar", of: (row) => row.currency },
  { name: "day", type: "varchar", of: (row) => row.day },
  { name: "rate", type: "double", of: (row) => row.rate },
  { name: "fx_date", type: "varchar", of: (row) => row.date },
];

const foreignDays = `
select distinct imp_ident.currency, t::date::varchar as day
from imp_rows join imp_ident using (ident_no) join stage_pulls using (ord)
where imp_ident.currency <> 'USD' order by all`;

/** The rate of each identity in each pull (imp_fx), of its day as for a live price; none where there is none. */
const stageRates = async (connection: DuckDBConnection, readRates: ReadRates): Promise<boolean> => {
  const wanted = (await rows(connection, foreignDays)) as { currency: string; day: string }[];
  const days = wanted.map((row) => row.day).sort();
  const first = days[0];
  if (first === undefined) return false;
  const from = new Date(Date.parse(first) - maxFxAgeDays * day).toISOString().slice(0, 10);
  const rates = await readRates(from, days.at(-1)!);
  const found = wanted.flatMap((row): DayRate[] => {
    const rate = usdRate(rates, row.currency, row.day);
    return rate === null ? [] : [{ ...row, ...rate }];
  });
  await stageRows(connection, "imp_rate", rateColumns, found);
  await connection.run(
    `create or replace temp table imp_fx as
     select distinct ident_no, ord, rate, imp_rate.fx_date::date as fx_date
     from imp_rows join imp_ident using (ident_no) join stage_pulls using (ord)
     join imp_rate on imp_rate.currency = imp_ident.currency and imp_rate.day = t::date::varchar`,
  );
  return true;
};

const columns = ["price", "spot_price"] as const;

const observationsOf = (slot: number, isForeign: boolean, own: string): string => {
  const raw = columns[slot]!;
  const usd = isForeign
    ? `imp_rows.${raw} / gpus * case when is_foreign then imp_fx.rate else 1 end`
    : `imp_rows.${raw} / gpus`;
  return `
select listing_no, imp_rows.ord, ${usd} as usd, imp_rows.${raw} as raw, free as avail,
  case when ${usd} between low and high then '' else 'price_band' end as flags
  ${isForeign ? ", imp_fx.rate as fx_rate, imp_fx.fx_date as fx_date" : ""}${own}
from imp_rows
join imp_named on imp_named.ident_no = imp_rows.ident_no and imp_named.purchase = ${slot}
${isForeign ? "left join imp_fx on imp_fx.ident_no = imp_rows.ident_no and imp_fx.ord = imp_rows.ord" : ""}
where ${isPrice(`imp_rows.${raw}`)} ${isForeign ? "and (not is_foreign or imp_fx.rate is not null)" : ""}`;
};

const allObservations = (isForeign: boolean): string =>
  columns.map((_, slot) => observationsOf(slot, isForeign, "")).join(" union all ");

const twinsOf = (isForeign: boolean): string => `
create or replace temp table imp_twin as
select *, row_number() over (partition by listing_no, ord order by usd, file_no, row_no, slot) as place
from (${columns
  .map((_, slot) => observationsOf(slot, isForeign, `, file_no, row_no, ${slot} as slot`))
  .join(" union all ")})
semi join (select listing_no, ord from stage_obs group by all having count(*) > 1) using (listing_no, ord)`;

const keepCheapest = `
delete from stage_obs using imp_twin where stage_obs.listing_no = imp_twin.listing_no and stage_obs.ord = imp_twin.ord;
insert into stage_obs by name select * exclude (file_no, row_no, slot, place) from imp_twin where place = 1`;

const countTwins =
  "select count(*) - count(distinct listing_no::bigint * 2147483648 + ord) as n from stage_obs";

const lostByIdentity = columns
  .map(
    (raw, slot) => `select file_no, row_no, ${slot} as slot, reason, ord from imp_rows
  join imp_refused on imp_refused.ident_no = imp_rows.ident_no and purchase = ${slot} where ${isPrice(raw)}`,
  )
  .join(" union all ");

const lostByRate = columns
  .map(
    (raw, slot) => `select file_no, row_no, ${slot}, 'no_fx_rate', imp_rows.ord from imp_rows
  join imp_named on imp_named.ident_no = imp_rows.ident_no and purchase = ${slot} and is_foreign
  anti join imp_fx on imp_fx.ident_no = imp_rows.ident_no and imp_fx.ord = imp_rows.ord where ${isPrice(raw)}`,
  )
  .join(" union all ");

/**
 * Stages what is asked for each listing in each pull (stage_obs, stage_fx) and adds to imp_lost the prices that nobody
 * will see: of an identity that was refused, without a rate of their day, of a second row of one listing in one pull
 * (the cheapest stays). The names of imp_src must be numbered and its pulls laid out.
 */
export const stageObservations = async (
  connection: DuckDBConnection,
  view: SourceView,
  readRates: ReadRates,
): Promise<void> => {
  await connection.run(pricedRows(view));
  const isForeign = await stageRates(connection, readRates);
  await connection.run(`create or replace temp table stage_obs as ${allObservations(isForeign)}`);
  await connection.run(`insert into imp_lost ${lostByIdentity}`);
  if (isForeign) await connection.run(`insert into imp_lost ${lostByRate}`);
  const [twins] = await rows(connection, countTwins);
  if (Number(twins!.n) > 0) {
    await connection.run(twinsOf(isForeign));
    await connection.run(keepCheapest);
    await connection.run(
      "insert into imp_lost select file_no, row_no, slot, 'duplicate', ord from imp_twin where place > 1",
    );
  }
  if (!isForeign) return;
  await connection.run(
    "insert into stage_fx select listing_no, ord, fx_rate, fx_date from stage_obs where fx_rate is not null",
  );
};
