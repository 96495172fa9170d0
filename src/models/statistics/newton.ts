import { Matrix, solve } from "ml-matrix";

/** A function to be made as large as possible, with its derivatives. */
export interface Surface {
  readonly value: number;
  readonly score: readonly number[];
  readonly curvature: Matrix;
}

const mostSteps = 100;
const mostDamping = 1e12;
/** Smallest step that counts, beside the size of the parameters. */
const smallest = 1e-9;
/** Smallest rise that counts, beside the size of the value: what its rounding leaves. */
const leastRise = 1e-15;

/**
 * The parameters at which a smooth function is largest near `start`, by Newton's method damped as Levenberg and
 * Marquardt do where a step would not rise. Null where it does not settle in 100 steps or meets values that are not
 * finite.
 */
export const maximise = (
  surface: (parameters: readonly number[]) => Surface,
  start: readonly number[],
): { readonly parameters: readonly number[]; readonly surface: Surface } | null => {
  let [parameters, here] = [start, surface(start)];
  let damping = 1e-3;
  for (let i = 0; i < mostSteps; i++) {
    if (!Number.isFinite(here.value)) return null;
    const { step, rise } = stepFrom(here, damping);
    if (damping < 1 && rise >= 0 && rise <= leastRise * (1 + Math.abs(here.value)))
      return { parameters, surface: here };
    const next = parameters.map((value, j) => value + step[j]!);
    const there = rise >= 0 ? surface(next) : null;
    if (there === null || !(there.value >= here.value)) {
      damping *= 10;
      if (damping > mostDamping) return { parameters, surface: here };
      continue;
    }
    const isSettled = step.every((each, j) => Math.abs(each) <= smallest * (1 + Math.abs(next[j]!)));
    [parameters, here, damping] = [next, there, Math.max(damping / 10, 1e-12)];
    if (isSettled) return { parameters, surface: here };
  }
  return null;
};

/** A step and how far the function would rise along its slope; NaN where there is no step. */
const stepFrom = (
  { score, curvature }: Surface,
  damping: number,
): { readonly step: readonly number[]; readonly rise: number } => {
  const uphill = curvature.clone().mul(-1);
  for (let j = 0; j < score.length; j++) {
    const size = Math.abs(uphill.get(j, j));
    uphill.set(j, j, size + damping * Math.max(size, 1e-8));
  }
  const step = solve(uphill, Matrix.columnVector([...score]), true).getColumn(0);
  return { step, rise: step.reduce((sum, each, j) => sum + each * score[j]!, 0) };
};
