import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const folder = new URL("../../../shared/reference/", import.meta.url);

/** Published data sets and their known answers, which are not part of the repository: tests that read them skip. */
export const hasReference = existsSync(folder);

/** Rows of a CSV file of the reference as numbers by column; an empty field is null. */
export const readColumns = (file: string): Readonly<Record<string, readonly (number | null)[]>> => {
  const bytes = readFileSync(new URL(file, folder));
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const [header = "", ...lines] = text.trimEnd().split("\n");
  const names = header.split(",").map((name) => name.trim().replaceAll('"', ""));
  const rows = lines.map((line) => line.trim().split(","));
  return Object.fromEntries(
    names.map((name, j) => [name, rows.map((row) => (row[j] ? Number(row[j]) : null))]),
  );
};

export const readReferenceText = (file: string): string => readFileSync(new URL(file, folder), "utf8");

/** known_answers.json, or nothing where it is absent. */
export const knownAnswers = (
  hasReference ? JSON.parse(readReferenceText("known_answers.json")) : {}
) as KnownAnswers;

export interface KnownAnswers {
  readonly index: {
    readonly ccir: Readonly<Record<string, { value: number; n: number; valid_days: number }>>;
    readonly tpd_hand: { obs: readonly [number, string, number][]; index: readonly number[] };
    readonly ccir_h100_days: { raw_median: readonly number[]; tpd: readonly number[] };
    readonly votes: {
      providers: Readonly<Record<string, readonly [number, number, number]>>;
      index: number;
      stability_band: number;
      "after_D_to_9.36": number;
      median_of_votes: number;
      weighted_average: readonly [number, number];
    };
  };
  readonly iv_fulton: {
    n: number;
    ols: readonly [number, number];
    iv_stormy: readonly [number, number];
    first_stage_F_iid: number;
    no_controls: { ols: number; iv: number };
  };
  readonly spread: Readonly<Record<string, number>>;
  readonly curve: Readonly<Record<string, number>>;
}
