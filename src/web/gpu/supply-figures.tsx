import type { Supply } from "../api-types.ts";
import { count, dollars, figure, plural } from "../lib/format.ts";
import { Estimated } from "../parts/estimated.tsx";
import { Figure } from "../parts/figure.tsx";
import { Unknown } from "../parts/unknown.tsx";

const none = "the stack ends before that many GPUs";

/** What taking N GPUs from the cheapest up costs, and how much more is offered for a higher price. */
export const SupplyFigures = ({ supply, gpus }: { supply: Supply; gpus: number }) => {
  const walk = supply.walk;
  const steps = supply.steps;
  const total = steps.at(-1)?.cumulative_gpus ?? 0;
  return (
    <dl class="figures">
      <Figure label={`Average of ${plural(gpus, "GPU")}`}>
        {walk?.vwap == null ? <Unknown why={none} /> : dollars(walk.vwap)}
      </Figure>
      <Figure label="Last GPU">
        {walk?.marginal == null ? <Unknown why={none} /> : dollars(walk.marginal)}
      </Figure>
      <Figure label="Slippage">
        {walk?.slippage_bps == null ? (
          <Unknown why={none} />
        ) : (
          <>
            {count(Math.round(walk.slippage_bps))} <small>bp</small>
          </>
        )}
      </Figure>
      <Figure label="In the stack">
        {count(total)} <small>GPUs, {plural(steps.length, "listing")}</small>
      </Figure>
      {supply.elasticity && (
        <Figure label="Elasticity of supply">
          <Estimated of={supply.elasticity} format={figure} />
        </Figure>
      )}
    </dl>
  );
};
