declare module "ml-regression" {
  /** y = A x^B by least squares of logs. */
  export class PowerRegression {
    constructor(x: readonly number[], y: readonly number[]);
    readonly A: number;
    readonly B: number;
  }
}
