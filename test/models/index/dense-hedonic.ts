import {
  type IndexPoint,
  isPriced,
  noPoint,
  type PricedObservation,
  periodsOf,
  pointOf,
} from "../../../src/models/index/priced-observation.ts";
import { dot, leastSquares } from "../../../src/models/statistics/least-squares.ts";

interface Column {
  readonly name: string;
  readonly values: readonly number[];
  /** Says what something is, not that nobody told. */
  readonly isTold: boolean;
}

export interface DenseHedonic {
  /** Points after the first. */
  readonly points: readonly IndexPoint[];
  /** By name of trait, with `=level`; null where there is no fit. */
  readonly effects: ReadonlyMap<
    string,
    { readonly logPoints: number; readonly standardError: number }
  > | null;
  readonly degreesOfFreedom: number;
  readonly rSquared: number | null;
}

/**
 * The time-dummy hedonic index as its definition reads: every observation a row, every period and trait a column, by
 * QR. Slow, and without any code of the one that is tested but the points' own.
 */
export const denseHedonic = (observations: readonly PricedObservation[]): DenseHedonic => {
  const used = observations.filter(isPriced);
  const periods = periodsOf(used);
  const time = periods.map((period, t) => ({
    name: `${period}`,
    values: used.map((each) => (t === 0 || each.period === period ? 1 : 0)),
    isTold: true,
  }));
  const all = [...time, ...traitColumns(used)];
  const columns = independent(all, used);
  const repeated = all.filter((column) => column.isTold && !columns.includes(column));
  const { fit } = leastSquares(
    used.map(({ usdPerGpuHour }) => Math.log(usdPerGpuHour)),
    used.map((_, i) => columns.map(({ values }) => values[i]!)),
    { weights: used.map(({ gpus }) => gpus) },
  );
  const points = periods.slice(1).map((period, i) => {
    const n = used.filter((each) => each.period === period).length;
    if (fit === null || repeated.some((column) => !isEstimable([...columns, column], i + 1)))
      return noPoint(period, "not_identified", n);
    const error = fit.standardErrors[i + 1]!;
    const level = { period, n, logLevel: fit.coefficients[i + 1]! };
    return pointOf(level, error, fit.degreesOfFreedom, error ** 2 / 2);
  });
  const effectAt = (j: number) => ({
    logPoints: fit!.coefficients[j]!,
    standardError: fit!.standardErrors[j]!,
  });
  const named = columns.map(({ name }, j) => ({ name, j })).slice(periods.length);
  return {
    points,
    effects: fit && new Map(named.map(({ name, j }) => [name, effectAt(j)])),
    degreesOfFreedom: fit?.degreesOfFreedom ?? 0,
    rSquared: fit?.rSquared ?? null,
  };
};

const traitColumns = (used: readonly PricedObservation[]): Column[] =>
  [...new Set(used.flatMap(({ traits }) => Object.keys(traits)))].sort().flatMap((trait) => {
    const values = used.map(({ traits }) => traits[trait] ?? null);
    return values.some((value) => typeof value === "string")
      ? levelColumns(
          trait,
          values.map((value) => String(value ?? "unknown")),
          used,
        )
      : numberColumns(trait, values as (number | null)[]);
  });

const numberColumns = (trait: string, values: readonly (number | null)[]): Column[] => {
  const known = values.filter((value) => value !== null);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return [
    { name: trait, values: values.map((value) => (known.length > 0 ? (value ?? mean) : 0)), isTold: true },
    { name: `${trait}=missing`, values: values.map((value) => (value === null ? 1 : 0)), isTold: false },
  ];
};

const levelColumns = (
  trait: string,
  values: readonly string[],
  used: readonly PricedObservation[],
): Column[] => {
  const gpusOf = (level: string): number =>
    used.reduce((sum, { gpus }, i) => (values[i] === level ? sum + gpus : sum), 0);
  const levels = [...new Set(values)].sort();
  const base = levels.reduce((best, level) => (gpusOf(level) > gpusOf(best) ? level : best));
  return levels
    .filter((level) => level !== base)
    .map((level) => ({
      name: `${trait}=${level}`,
      values: values.map((value) => (value === level ? 1 : 0)),
      isTold: level !== "unknown" && base !== "unknown",
    }));
};

/** Whether the rows tell one coefficient: whether its unit vector lies in the space that they span. */
const isEstimable = (all: readonly Column[], at: number): boolean => {
  // Beside a constant, columns may be told from any origin; far from theirs, rounding would hide what they tell.
  const columns = all.map(({ values }, j) => ({
    values: j === 0 ? values : values.map((value) => value - values[0]!),
  }));
  const lengths = columns.map(({ values }) => Math.sqrt(dot(values, values)) || 1);
  const without = (vector: readonly number[], basis: readonly (readonly number[])[]): number[] =>
    [...basis, ...basis].reduce<number[]>(
      (rest, direction) => {
        const share = dot(rest, direction);
        return rest.map((value, j) => value - share * direction[j]!);
      },
      [...vector],
    );
  const basis: number[][] = [];
  for (let i = 0; i < columns[0]!.values.length; i++) {
    const rest = without(
      columns.map(({ values }, j) => values[i]! / lengths[j]!),
      basis,
    );
    const left = Math.sqrt(dot(rest, rest));
    if (left > 1e-9) basis.push(rest.map((value) => value / left));
  }
  const rest = without(
    columns.map((_, j) => Number(j === at)),
    basis,
  );
  return Math.sqrt(dot(rest, rest)) < 1e-5;
};

/** Columns that are no combination of those before them, by Gram and Schmidt. */
const independent = (columns: readonly Column[], used: readonly PricedObservation[]): Column[] => {
  const basis: number[][] = [];
  return columns.filter(({ values }) => {
    let rest = values.map((value, i) => value * Math.sqrt(used[i]!.gpus));
    const length = Math.sqrt(dot(rest, rest));
    for (const direction of [...basis, ...basis]) {
      const share = dot(rest, direction);
      rest = rest.map((value, i) => value - share * direction[i]!);
    }
    const left = Math.sqrt(dot(rest, rest));
    if (length === 0 || left <= 1e-7 * length) return false;
    basis.push(rest.map((value) => value / left));
    return true;
  });
};
