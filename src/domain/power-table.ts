import { AppError } from "../errors.ts";
import { isCountryShape } from "./region.ts";

/** One row of data/power.csv: what large users pay for electricity in a country. */
export interface PowerPrice {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly usdPerKilowattHour: number;
  /** Year or part of a year, for example `2024` or `2025-S1`. */
  readonly period: string;
  /** Which customers and taxes, and how it was turned into USD. */
  readonly basis: string;
  readonly source: string;
  readonly asOf: string;
}

export interface PowerTable {
  readonly all: readonly PowerPrice[];
  /** Null where no price is known; case does not matter. */
  readonly of: (country: string) => PowerPrice | null;
}

type Row = Readonly<Record<string, string>>;

/**
 * Reads data/power.csv. Throws `internal` for what is not a country code, a country twice, a price that is not a
 * number above 0, and a row without period, basis, source or date. Empty: no rows.
 */
export const buildPowerTable = (rows: readonly Row[]): PowerTable => {
  const all = rows.map(readRow);
  const byCountry = new Map(all.map((price) => [price.country, price]));
  if (byCountry.size !== all.length) throw broken("a country occurs twice");
  return { all, of: (country) => byCountry.get(country.toUpperCase()) ?? null };
};

const readRow = (row: Row): PowerPrice => {
  const country = required(row, "country");
  if (!isCountryShape(country)) throw broken(`"${country}" is not a country code`);
  const usdPerKilowattHour = Number(row.usd_per_kwh);
  if (!(usdPerKilowattHour > 0) || !Number.isFinite(usdPerKilowattHour))
    throw broken(`${country}: usd_per_kwh "${row.usd_per_kwh}" is not a positive number`);
  return {
    country,
    usdPerKilowattHour,
    period: required(row, "period"),
    basis: required(row, "basis"),
    source: required(row, "source"),
    asOf: required(row, "as_of"),
  };
};

const required = (row: Row, column: string): string => {
  const value = row[column]?.trim();
  if (!value) throw broken(`${row.country || "a row"} has no ${column}`);
  return value;
};

const broken = (what: string): AppError => new AppError("internal", `data/power.csv: ${what}`);
