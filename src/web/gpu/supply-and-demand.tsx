import type { Offer, Purchase } from "../api-types.ts";
import { WhenSeen } from "../parts/when-seen.tsx";
import { DemandPanel } from "./demand-panel.tsx";
import { Quote } from "./quote.tsx";
import { Supply } from "./supply.tsx";
import { TightnessPanel } from "./tightness-panel.tsx";
import { useSupply } from "./use-supply.ts";

/** A quote beside the stack it is taken from, the demand against that stack, and how tight the market is. */
export const SupplyAndDemand = ({
  gpu,
  purchase,
  gpus,
  offers,
  newest,
}: {
  gpu: string;
  purchase: Purchase;
  /** How many the supply is walked for. */
  gpus: number;
  /** Those on these terms. */
  offers: readonly Offer[];
  /** When the newest offer on these terms was seen. */
  newest: number | null;
}) => {
  const view = useSupply(gpu, purchase, gpus, newest);
  return (
    <>
      <div class="two">
        <Quote gpu={gpu} purchase={purchase} />
        <Supply view={view} gpus={gpus} offers={offers} />
      </div>
      <WhenSeen height={420}>
        <DemandPanel
          gpu={gpu}
          purchase={purchase}
          steps={view.datedAt === null ? (view.supply?.steps ?? []) : []}
        />
      </WhenSeen>
      <WhenSeen height={320}>
        <TightnessPanel gpu={gpu} purchase={purchase} />
      </WhenSeen>
    </>
  );
};
