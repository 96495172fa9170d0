import type { LeadTest } from "../api-types.ts";
import { figure, interval, plural, share } from "../lib/format.ts";
import { withUnit } from "../lib/units.ts";
import { reasonWords } from "../lib/words.ts";

/** The test whether tightness leads the price, as one sentence. */
export const leadWords = (test: LeadTest): string => {
  const ahead = plural(test.horizon_days, "day");
  if (test.value === null || test.leads === null)
    return `Whether tightness leads the price by ${ahead} is not known: ${reasonWords(test.reason)} (${plural(test.n, "day")} so far).`;
  const bounds = interval(test.low, test.high, figure);
  const strength = [
    test.p_value !== null && `p ${test.p_value < 0.001 ? "below 0.001" : figure(test.p_value)}`,
    test.partial_r2 !== null && `it explains ${share(test.partial_r2)} of what the price's own past does not`,
    plural(test.n, "day"),
  ].filter(Boolean);
  const effect = `${withUnit(test.value, test.unit)}${bounds === null ? "" : ` (${bounds})`}`;
  return test.leads
    ? `Tightness leads the price over the next ${ahead}: ${effect}; ${strength.join(", ")}.`
    : `Tightness does not lead the price over the next ${ahead} so far: ${effect}; ${strength.join(", ")}.`;
};
