import type { Supply } from "../api-types.ts";
import { basisPoints, count, dollars, figure, plural } from "../lib/format.ts";
import { Estimated } from "../parts/estimated.tsx";
import { Figure } from "../parts/figure.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { gpusOf } from "./supply-shape.ts";

const none = "the stack ends before that many GPUs";

/** What taking N GPUs from the cheapest up costs, and how much more is offered for a higher price. */
export const SupplyFigures = ({
  supply,
  gpus,
  untold,
}: {
  supply: Supply;
  gpus: number;
  /** Listings whose stock nobody tells. */
  untold: number;
}) => {
  const walk = supply.walk;
  const steps = supply.steps;
  const total = gpusOf(steps);
  return (
    <dl class="figures">
      <Figure label={`Average of ${plural(gpus, "GPU")}`}>
        {walk?.vwap == null ? <Unknown why={none} /> : dollars(walk.vwap)}
      </Figure>
      <Figure label="Last GPU">
        {walk?.marginal == null ? <Unknown why={none} /> : dollars(walk.marginal)}
      </Figure>
      <Figure label="Slippage over the best price">
        {walk?.slippage_bps == null ? <Unknown why={none} /> : basisPoints(walk.slippage_bps)}
      </Figure>
      <Figure label="In the stack">
        {count(total)}{" "}
        <small>
          GPUs, {plural(steps.length, "listing")}
          {untold > 0 && `, ${count(untold)} of untold stock`}
        </small>
      </Figure>
      {supply.elasticity && (
        <Figure label="Elasticity of supply">
          <Estimated of={supply.elasticity} format={figure} />
        </Figure>
      )}
    </dl>
  );
};
