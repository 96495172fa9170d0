import type { ImportResult } from "../store/import-file.ts";
import { tableText } from "./table.ts";

/** What a reason means to who has the file, and the way out. */
const meanings: Readonly<Record<string, string>> = {
  bad_line: "not as many cells as there are columns, an open quote, not UTF-8, or no JSON",
  bad_time: "no time as ISO 8601 or since 1970; --map theirs=observed_at names the column",
  future: "more than ten minutes ahead of the clock of this machine",
  no_provider: "no name of a provider; --map theirs=provider names the column",
  no_gpu_name: "neither a GPU nor an instance type that tells one; --map theirs=gpu_name names the column",
  bad_price: "not a number above zero",
  bad_currency: "no ISO 4217 code",
  no_fx_rate: "the tape has no rate of the row's day; gputape collect ecb gets those of the last 90 days",
  bad_gpu_count: "no whole number of GPUs; --per-gpu where a price is of one GPU",
  unknown_kind: "a word that is no way to buy; --map theirs= leaves the column out",
  serverless: "priced by the request, no machine",
  duplicate: "another row of the listing in its pull, the cheapest stays; --key tells listings apart",
};

const meaningsOf = (reasons: readonly string[]): string =>
  [...new Set(reasons)]
    .flatMap((reason) => (meanings[reason] === undefined ? [] : [`  ${reason}: ${meanings[reason]}`]))
    .join("\n");

const number = (value: number): string => value.toLocaleString("en-US");

const countsOf = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, n]) => `${name} ${number(n)}`)
    .join(", ");

const readAs = (columns: Readonly<Record<string, string>>): string =>
  Object.entries(columns)
    .map(([theirs, ours]) => (theirs === ours ? ours : `${theirs} -> ${ours}`))
    .join(", ");

/** What an import did, in lines: rows = kept + rejects, why rows were refused, which columns were read. */
export const importText = (result: ImportResult): string => {
  const { kept, rejects, without_price: blank, reject_reasons: reasons, refused_prices: prices } = result;
  const lines: (readonly [when: boolean, line: string])[] = [
    [true, `${number(result.rows)} rows = ${number(kept)} kept + ${number(rejects)} rejects`],
    [blank > 0, `Kept without a price, as absent: ${number(blank)}`],
    [rejects > 0, `Rejects: ${countsOf(reasons)}`],
    [Object.keys(prices).length > 0, `Prices refused of rows whose other price is kept: ${countsOf(prices)}`],
    [
      rejects > 0 || Object.keys(prices).length > 0,
      meaningsOf([...Object.keys(reasons), ...Object.keys(prices)]),
    ],
    [
      true,
      `${number(result.ticks)} ticks of ${number(result.listings)} listings in ${number(result.pulls)} pulls, ${result.seconds} s`,
    ],
    [result.cut_pulls > 0, `Pulls cut off at the cap: ${number(result.cut_pulls)}`],
    [result.unknown_gpus > 0, `GPUs nobody knows: ${number(result.unknown_gpus)}`],
    [Object.keys(result.flags).length > 0, `Flags: ${countsOf(result.flags)}`],
    [true, `Read: ${readAs(result.columns)}`],
    [result.unread_columns.length > 0, `Not read: ${result.unread_columns.join(", ")}`],
    [result.skipped_files.length > 0, `Files of another kind: ${result.skipped_files.join(", ")}`],
    [result.files.length > 1, `\n${tableText(result.files.map((file) => ({ ...file })))}`],
  ];
  return lines.flatMap(([when, line]) => (when ? [line] : [])).join("\n");
};
