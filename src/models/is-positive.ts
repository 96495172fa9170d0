/** Finite and above 0: what prices, weights and numbers of GPUs are. Not a number: false. */
export const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0;
