const steps = [
  [120, 1, "s"],
  [2 * 3600, 60, "min"],
  [2 * 86_400, 3600, "h"],
  [2 * 365.25 * 86_400, 86_400, "d"],
] as const;

/**
 * A span of time given in seconds, in one whole number and one unit, from two of the unit up: 45 s, 3 min, 26 h, 106 d,
 * 2.6 y. Below 0 counts as 0; null (not known) and what is not finite are a dash.
 */
export const ageText = (seconds: number | null | undefined): string => {
  if (seconds == null || !Number.isFinite(seconds)) return "—";
  const span = Math.max(0, Math.round(seconds));
  const step = steps.find(([below]) => span < below);
  return step ? `${Math.floor(span / step[1])} ${step[2]}` : `${(span / (365.25 * 86_400)).toFixed(1)} y`;
};
