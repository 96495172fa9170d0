import type { Offer, Purchase } from "../api-types.ts";
import { EconomicsPanel } from "../economics/economics-panel.tsx";
import { pathOf } from "../lib/client.ts";
import { serverNow } from "../lib/clock.ts";
import { numberIn, oneOf } from "../lib/location.ts";
import { useGpus, useMarket, useProviders } from "../lib/queries.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { purchaseWords } from "../lib/words.ts";
import { Empty, Failed } from "../parts/notice.tsx";
import { PageNav } from "../parts/page-nav.tsx";
import { Pending } from "../parts/pending.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { emptyTape, TapeNotice } from "../parts/tape-notice.tsx";
import { WhenSeen } from "../parts/when-seen.tsx";
import { Changes } from "./changes.tsx";
import { ForwardAndCommitment } from "./forward-and-commitment.tsx";
import { GpuFigures } from "./gpu-figures.tsx";
import { GpuHead } from "./gpu-head.tsx";
import { Offers } from "./offers.tsx";
import { PricePart } from "./price-part.tsx";
import { SpreadsPanel } from "./spreads-panel.tsx";
import { suggestionsOf } from "./suggestions.ts";
import { SupplyAndDemand } from "./supply-and-demand.tsx";
import { UnknownGpu } from "./unknown-gpu.tsx";

const mostOffers = 1000;
const purchases = ["on_demand", "spot", "reserved"] as const;

const parts = [
  ["price", "Price"],
  ["supply-demand", "Supply and demand"],
  ["offers", "Offers"],
  ["spreads", "Spreads"],
  ["forward-economics", "Forward and economics"],
] as const;

/** When the newest of the offers was seen; null without one. */
const newestOf = (offers: readonly Offer[]): number | null => {
  const times = offers.flatMap(({ observed_at }) => (observed_at === null ? [] : [Date.parse(observed_at)]));
  return times.length === 0 ? null : Math.max(...times);
};

/** One GPU in depth: its price, supply and demand, every offer, spreads, forwards, what it earns. */
export const GpuRoom = () => {
  const { params } = usePlace();
  const marketAnswer = useMarket().answer;
  const market = marketAnswer?.data ?? [];
  const sources = useProviders().answer?.data.sources ?? [];
  const gpus = useGpus().answer?.data ?? [];
  const id = params.gpu ?? market.find(({ gpu }) => gpu === "h100-sxm")?.gpu ?? market[0]?.gpu ?? "h100-sxm";
  const purchase: Purchase = oneOf(params.purchase, purchases);
  const gpuCount = Math.round(numberIn(params.n, 1, 100_000, 8));
  const { answer, failure, busy, reload } = useAnswer<readonly Offer[]>(
    pathOf("/v1/offers", { gpu: id, limit: mostOffers }),
    { scope: id },
  );
  const offers = answer?.data ?? [];
  const onTerms = offers.filter((offer) => offer.purchase === purchase);
  const row = market.find(({ gpu }) => gpu === id);
  const since = new Date(Math.min(newestOf(offers) ?? serverNow(), serverNow()) - 7 * 86_400_000);
  const near = suggestionsOf(failure);
  if (near !== null)
    return (
      <div class="stack">
        <UnknownGpu id={id} near={near} gpus={gpus} />
      </div>
    );
  return (
    <div class="stack">
      <TapeNotice sources={sources} />
      <GpuHead id={id} gpus={gpus} />
      {row && marketAnswer && <GpuFigures row={row} answeredAt={marketAnswer.meta.at} />}
      {marketAnswer === null && <div class="figures-wait" />}
      {marketAnswer && market.length === 0 && <Empty title="The tape is empty." steps={emptyTape} />}
      <Segmented
        label="Terms"
        value={purchase}
        options={purchases.map(
          (each) =>
            [
              each,
              answer === null
                ? purchaseWords[each]
                : `${purchaseWords[each]} (${offers.filter((offer) => offer.purchase === each).length})`,
            ] as const,
        )}
        onChange={(value) => patch({ purchase: value === "on_demand" ? null : value })}
      />
      <PageNav label="Parts of this room" parts={parts} />
      {failure && <Failed what="The offers" failure={failure} retry={reload} />}
      <div class="stack part" id="price">
        <PricePart
          gpu={id}
          purchase={purchase}
          offers={answer === null ? null : { all: onTerms, answeredAt: answer.meta.at }}
          failed={failure !== null}
          fresh={row?.fresh ?? false}
          indexNow={purchase === "on_demand" ? (row?.index ?? null) : null}
        />
      </div>
      <div class="stack part" id="supply-demand">
        <SupplyAndDemand
          gpu={id}
          purchase={purchase}
          gpus={gpuCount}
          offers={onTerms}
          newest={newestOf(onTerms)}
        />
      </div>
      <div class="stack part" id="offers">
        {answer ? (
          <Offers offers={onTerms} more={answer.meta.next_cursor != null} busy={busy} />
        ) : (
          <Pending title="Offers" failed={failure !== null} height={480} />
        )}
        {(answer ?? failure) && <Changes gpu={id} since={`${since.toISOString().slice(0, 13)}:00:00Z`} />}
      </div>
      <div class="stack part" id="spreads">
        <WhenSeen height={240}>
          <SpreadsPanel gpu={id} />
        </WhenSeen>
      </div>
      <div class="stack part" id="forward-economics">
        <WhenSeen height={640}>
          <ForwardAndCommitment gpu={id} purchase={purchase} gpus={gpuCount} />
        </WhenSeen>
        <WhenSeen height={420}>
          <EconomicsPanel gpu={id} />
        </WhenSeen>
      </div>
    </div>
  );
};
