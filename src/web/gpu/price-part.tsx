import type { IndexPoint, Offer, Purchase } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { serverNow } from "../lib/clock.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { usePlace } from "../lib/use-place.ts";
import { WhenSeen } from "../parts/when-seen.tsx";
import { History } from "./history.tsx";
import { IndexPanel } from "./index-panel.tsx";
import { spanOf } from "./range.ts";

/** Prices and index of one GPU over the same span, on the same series of the weighted median. */
export const PricePart = ({
  gpu,
  purchase,
  offers,
  answeredAt,
  indexNow,
}: {
  gpu: string;
  purchase: Purchase;
  offers: readonly Offer[];
  /** Time of the offers. */
  answeredAt: string;
  /** The index now; null where there is none. */
  indexNow: number | null;
}) => {
  const { params } = usePlace();
  const span = spanOf(params, offers, serverNow());
  const { from, to, interval } = span;
  const median = useAnswer<readonly IndexPoint[]>(
    pathOf("/v1/index", { gpu, purchase, method: "weighted_median", from, to, interval }),
    { scope: `${gpu} ${purchase}` },
  );
  return (
    <>
      <History
        gpu={gpu}
        purchase={purchase}
        offers={offers}
        answeredAt={answeredAt}
        indexNow={indexNow}
        span={span}
        index={median.answer?.data ?? []}
      />
      <WhenSeen height={380}>
        <IndexPanel gpu={gpu} purchase={purchase} span={span} median={median} />
      </WhenSeen>
    </>
  );
};
