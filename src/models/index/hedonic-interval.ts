import { extent } from "simple-statistics";
import { groupBy } from "../group-by.ts";
import { type BootstrapOptions, clusterBootstrap } from "../statistics/cluster-bootstrap.ts";
import { type Estimate, refused } from "../statistics/estimate.ts";
import { isPriced, type PricedObservation } from "./priced-observation.ts";
import { timeDummyHedonic } from "./time-dummy-hedonic.ts";

/**
 * The hedonic index in the last period with the interval that drawing providers with replacement gives it (each
 * provider's GPUs times how often it is drawn), which allows for prices of one provider moving together as the
 * standard error of the fit does not. Base period = 1; `n` counts providers. Source: methods.md 1.5. A draw that
 * leaves the first or the last period without observations does not count. Nothing usable: null, `empty`; not
 * identified: null, `undefined`.
 */
export const hedonicInterval = (
  observations: readonly PricedObservation[],
  options: BootstrapOptions,
): Estimate<"empty" | "undefined"> => {
  const providers = [...groupBy(observations.filter(isPriced), ({ provider }) => provider).values()];
  const periods = providers.flat().map(({ period }) => period);
  if (periods.length === 0) return refused("empty", 0);
  const [first, last] = extent(periods);
  return clusterBootstrap(
    providers.length,
    (counts) => {
      const drawn = providers.flatMap((rows, i) =>
        counts[i]! > 0 ? rows.map((row) => ({ ...row, gpus: row.gpus * counts[i]! })) : [],
      );
      const { points } = timeDummyHedonic(drawn);
      return points[0]?.period === first && points.at(-1)?.period === last ? points.at(-1)!.value : null;
    },
    options,
  );
};
