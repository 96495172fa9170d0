import type { ImportResult } from "../store/import-file.ts";
import { tableText } from "./table.ts";

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
