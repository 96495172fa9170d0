/**
 * What 1 a month in arrears over `months` is worth at the start, at a yearly rate divided by twelve: (1 - (1 +
 * m)^-T) / m, and T at rate 0. Source: methods.md 7. Months or rate negative or not finite: null. No months: 0.
 */
export const annuity = (months: number, annualRate: number): number | null => {
  if (![months, annualRate].every((each) => Number.isFinite(each) && each >= 0)) return null;
  const monthly = annualRate / 12;
  return monthly === 0 ? months : -Math.expm1(-months * Math.log1p(monthly)) / monthly;
};
