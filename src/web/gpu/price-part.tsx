import type { IndexPoint, Offer, Purchase } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { serverNow } from "../lib/clock.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { usePlace } from "../lib/use-place.ts";
import { Pending } from "../parts/pending.tsx";
import { WhenSeen } from "../parts/when-seen.tsx";
import { History } from "./history.tsx";
import { IndexPanel } from "./index-panel.tsx";
import { spanOf } from "./range.ts";

/** Prices and index of one GPU over the same span, on the same series of the weighted median. */
export const PricePart = ({
  gpu,
  purchase,
  offers,
  failed,
  fresh,
  indexNow,
}: {
  gpu: string;
  purchase: Purchase;
  /** Null until there is an answer. */
  offers: { readonly all: readonly Offer[]; readonly answeredAt: string } | null;
  failed: boolean;
  /** Some of its prices are known to be current. */
  fresh: boolean;
  /** The index now; null where there is none. */
  indexNow: number | null;
}) => {
  const { params } = usePlace();
  // A span up to now needs no offers to be known; one that ends at the newest price does.
  const isKnown = offers !== null || failed || (fresh && params.range !== "all");
  const span = spanOf(params, offers?.all ?? [], serverNow());
  const { from, to, interval } = span;
  const median = useAnswer<readonly IndexPoint[]>(
    isKnown ? pathOf("/v1/index", { gpu, purchase, method: "weighted_median", from, to, interval }) : null,
    { scope: `${gpu} ${purchase}` },
  );
  return (
    <>
      {offers === null ? (
        <Pending title="Price history" failed={failed} height={320} />
      ) : (
        <History
          gpu={gpu}
          purchase={purchase}
          offers={offers.all}
          answeredAt={offers.answeredAt}
          indexNow={indexNow}
          span={span}
          index={median.answer?.data ?? []}
        />
      )}
      <WhenSeen height={380}>
        {isKnown ? (
          <IndexPanel gpu={gpu} purchase={purchase} span={span} median={median} />
        ) : (
          <Pending title="Index" failed={false} height={340} />
        )}
      </WhenSeen>
    </>
  );
};
