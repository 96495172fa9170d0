import type { Supply } from "../api-types.ts";
import { count, dollars, figure, plural } from "../lib/format.ts";
import { Estimated } from "../parts/estimated.tsx";
import { Figure } from "../parts/figure.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { gpusOf } from "./supply-shape.ts";

const none = "the stack ends before that many GPUs";

/** Where in the stack the GPUs asked for end, and how much more is offered for a higher price; what they cost is the quote's. */
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
      <Figure label={`GPU number ${count(gpus)} by price`}>
        {walk?.marginal == null ? <Unknown why={none} /> : dollars(walk.marginal)}
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
