import type { Economics } from "../api-types.ts";
import { dayOf, signedDollars, wholeDollars } from "../lib/format.ts";
import { Estimated } from "../parts/estimated.tsx";
import { Figure } from "../parts/figure.tsx";
import { Refused } from "../parts/refused.tsx";

/** Whether the index pays for the power that an hour takes. */
export const earnsWords = (earns: boolean | null): string | null =>
  earns === null ? null : earns ? "yes" : "no";

/** Margins, whether power is earned, and what the GPU is worth today. */
export const EconomicsFigures = ({ row, at }: { row: Economics; at: string }) => (
  <dl class="figures">
    <Figure label="Margin over the floor, $/GPU-h">
      <Estimated of={row.margin} format={signedDollars} />
    </Figure>
    <Figure label="Margin over avoidable cost, $/GPU-h">
      <Estimated of={row.margin_over_avoidable} format={signedDollars} />
    </Figure>
    <Figure label="Earns its power">
      {earnsWords(row.earns_power) ?? <Refused reason={row.margin_over_avoidable.reason ?? row.reason} />}
    </Figure>
    <Figure label={`Worth on ${dayOf(Date.parse(at))}`}>
      {row.residual_now_usd === null ? (
        <Refused reason={row.reason} />
      ) : (
        <>
          {wholeDollars(row.residual_now_usd)}{" "}
          {row.age_years !== null && <small>at {row.age_years.toFixed(1)} years</small>}
        </>
      )}
    </Figure>
  </dl>
);
