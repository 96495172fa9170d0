const hoursAMonth = 730;

/** Months in the unit that says them whole: `2 h`, `1 d`, `2 w`, `3 mo`; else with two decimals. No months: `0`. */
export const tenorText = (months: number): string => {
  if (months === 0) return "0";
  const hours = Math.round(months * hoursAMonth);
  const isWhole = Math.abs(months * hoursAMonth - hours) < 0.01;
  if (!Number.isInteger(months) && isWhole) {
    if (hours % 168 === 0) return `${hours / 168} w`;
    if (hours % 24 === 0) return `${hours / 24} d`;
    if (hours < 48) return `${hours} h`;
  }
  return `${Number(months.toFixed(2))} mo`;
};
