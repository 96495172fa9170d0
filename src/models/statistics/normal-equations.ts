/** A row of which few columns are not zero. */
export interface SparseRow {
  readonly weight: number;
  /** Rising. */
  readonly columns: readonly number[];
  readonly values: readonly number[];
}

/** What least squares needs to know of rows: weighted sums of the products of each two columns. */
export interface Products {
  /** Columns in which some row has a value, rising. */
  readonly columns: Int32Array;
  /** By places in `columns`, row by row; of a square's halves the lower one. */
  readonly sums: Float64Array;
}

/** Rows summed up one after the other; longer lists in halves, so that rounding does not grow with their number. */
const rowsAtOnce = 128;

/** Sums up rows. None: no columns. */
export const productsOf = (rows: readonly SparseRow[]): Products => {
  if (rows.length > rowsAtOnce) {
    const half = rows.length >> 1;
    return combined([productsOf(rows.slice(0, half)), productsOf(rows.slice(half))], [1, 1]);
  }
  const columns = columnsOf(rows);
  const places = new Map(Array.from(columns, (column, place) => [column, place]));
  const sums = new Float64Array(columns.length ** 2);
  for (const row of rows) addRow(sums, columns.length, row, places);
  return { columns, sums };
};

const addRow = (
  sums: Float64Array,
  width: number,
  { weight, columns, values }: SparseRow,
  places: ReadonlyMap<number, number>,
): void => {
  const at = columns.map((column) => places.get(column)!);
  for (let a = 0; a < at.length; a++) {
    const share = weight * values[a]!;
    for (let b = 0; b <= a; b++) sums[at[a]! * width + at[b]!]! += share * values[b]!;
  }
};

/** Products of rows of which each part is there as often as `times` says. None: no columns. */
export const combined = (parts: readonly Products[], times: readonly number[]): Products => {
  const columns = columnsOf(parts.filter((_, i) => times[i]! > 0));
  const places = new Int32Array((columns.at(-1) ?? 0) + 1);
  for (let place = 0; place < columns.length; place++) places[columns[place]!] = place;
  const whole = { columns, sums: new Float64Array(columns.length ** 2) };
  for (const [i, part] of parts.entries()) if (times[i]! > 0) addPart(whole, places, part, times[i]!);
  return whole;
};

const columnsOf = (parts: readonly { readonly columns: Iterable<number> }[]): Int32Array => {
  const seen = new Set<number>();
  for (const { columns } of parts) for (const column of columns) seen.add(column);
  return Int32Array.from(seen).sort();
};

const addPart = (whole: Products, places: Int32Array, { columns, sums }: Products, copies: number): void => {
  for (let a = 0; a < columns.length; a++) {
    const row = places[columns[a]!]! * whole.columns.length;
    for (let b = 0; b <= a; b++)
      whole.sums[row + places[columns[b]!]!]! += copies * sums[a * columns.length + b]!;
  }
};

export interface NormalFit {
  /** Of the columns kept. */
  readonly coefficients: ReadonlyMap<number, number>;
  readonly degreesOfFreedom: number;
  /** Weighted sum of squared residuals. */
  readonly squaredResiduals: number;
  /** Classical standard error of a sum of coefficients of columns kept, each times its factor. */
  readonly standardErrorOf: (terms: readonly Term[]) => number;
}

type Term = readonly [column: number, factor: number];

/** A column that says nothing new: the sum of columns kept, each times its factor. */
export interface RepeatedColumn {
  readonly column: number;
  readonly of: ReadonlyMap<number, number>;
}

export interface NormalSolution {
  /** Columns that are no combination of those before them, rising. */
  readonly kept: readonly number[];
  /** The others, but for those left out. */
  readonly repeated: readonly RepeatedColumn[];
  /** Null where there are no more rows than columns kept, or a number is not finite. */
  readonly fit: NormalFit | null;
}

/** Share of a column's square that must not lie in the columns before it. */
const leastNew = 1e-10;

/** Share of a square that rounding may feign; beside columns that have little of their own it feigns more. */
const rounding = 1e-14;

/**
 * Weighted least squares of the last column on those before it, from the products of `n` rows, by Cholesky. Columns
 * are taken in their order; those in `leaveOut` and those that repeat what came before are left out. Rounding moves
 * the coefficient of a column by about 1e-16 over the share of its square that is new, and residuals that it may
 * have feigned are 0. No columns: nothing kept, no fit.
 */
export const solveNormal = (products: Products, n: number, leaveOut: ReadonlySet<number>): NormalSolution => {
  const factor = factorOf(products, leaveOut);
  const { kept, repeated } = factor;
  const degreesOfFreedom = n - kept.length;
  if (degreesOfFreedom <= 0) return { kept, repeated, fit: null };
  const { row, left, feigned } = againstKept(products, factor, products.columns.length - 1);
  if (!Number.isFinite(left)) return { kept, repeated, fit: null };
  const squaredResiduals = left > feigned ? left : 0;
  const solved = backwards(row, factor.triangle);
  const coefficients = new Map(kept.map((column, p) => [column, solved[p]!]));
  const standardErrorOf = (terms: readonly Term[]): number =>
    Math.sqrt((squaredResiduals / degreesOfFreedom) * unitVarianceOf(factor, terms));
  return { kept, repeated, fit: { coefficients, degreesOfFreedom, squaredResiduals, standardErrorOf } };
};

/** The lower triangle whose product with its transpose holds the products of the columns kept. */
interface Factor {
  readonly kept: number[];
  readonly repeated: RepeatedColumn[];
  /** Of the columns kept, in `columns` of the products. */
  readonly places: number[];
  /** A row a column kept, up to the diagonal. */
  readonly triangle: Float64Array[];
  /** Share of a column's own part, squared, that rounding may have feigned. */
  readonly doubts: number[];
}

const factorOf = (products: Products, leaveOut: ReadonlySet<number>): Factor => {
  const { columns, sums } = products;
  const factor: Factor = { kept: [], repeated: [], places: [], triangle: [], doubts: [] };
  for (let place = 0; place < columns.length - 1; place++) {
    if (leaveOut.has(columns[place]!)) continue;
    const { row, left, feigned } = againstKept(products, factor, place);
    if (!(left > leastNew * sums[place * columns.length + place]! && left > feigned)) {
      const shares = backwards(row, factor.triangle);
      factor.repeated.push({
        column: columns[place]!,
        of: new Map(factor.kept.map((column, p) => [column, shares[p]!])),
      });
      continue;
    }
    row[factor.kept.length] = Math.sqrt(left);
    factor.kept.push(columns[place]!);
    factor.places.push(place);
    factor.triangle.push(row);
    factor.doubts.push(feigned / left);
  }
  return factor;
};

interface Against {
  /** What a column shares with each column kept, with room for what is its own. */
  readonly row: Float64Array;
  /** The square of what is its own. */
  readonly left: number;
  /** What rounding may have made of that. */
  readonly feigned: number;
}

const againstKept = (
  { columns, sums }: Products,
  { places, triangle, doubts }: Factor,
  place: number,
): Against => {
  const row = new Float64Array(places.length + 1);
  for (let p = 0; p < places.length; p++) row[p] = sums[place * columns.length + places[p]!]!;
  forwards(row, triangle);
  const square = sums[place * columns.length + place]!;
  let [left, feigned] = [square, rounding * square];
  for (let p = 0; p < places.length; p++) {
    left -= row[p]! ** 2;
    feigned += doubts[p]! * row[p]! ** 2;
  }
  return { row, left, feigned };
};

const unitVarianceOf = ({ kept, triangle }: Factor, terms: readonly Term[]): number => {
  const factors = new Float64Array(kept.length);
  for (const [column, factor] of terms) factors[kept.indexOf(column)]! += factor;
  return squaresOf(forwards(factors, triangle));
};

/** Solves with the triangle, in place. */
const forwards = (values: Float64Array, triangle: readonly Float64Array[]): Float64Array => {
  for (let p = 0; p < triangle.length; p++) {
    const row = triangle[p]!;
    let rest = values[p]!;
    for (let k = 0; k < p; k++) rest -= values[k]! * row[k]!;
    values[p] = rest / row[p]!;
  }
  return values;
};

/** The same with the triangle on its side. */
const backwards = (values: Float64Array, triangle: readonly Float64Array[]): Float64Array => {
  for (let p = triangle.length - 1; p >= 0; p--) {
    const row = triangle[p]!;
    values[p]! /= row[p]!;
    for (let k = 0; k < p; k++) values[k]! -= row[k]! * values[p]!;
  }
  return values;
};

const squaresOf = (values: Float64Array): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]! * values[i]!;
  return total;
};
