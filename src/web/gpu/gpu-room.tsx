import type { GpuFacts, MarketRow, Offer, Purchase } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { serverNow } from "../lib/clock.ts";
import { count, dayOf, price } from "../lib/format.ts";
import { numberIn, oneOf } from "../lib/location.ts";
import { useGpus, useMarket } from "../lib/queries.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { go, patch, usePlace } from "../lib/use-place.ts";
import { indexReason, purchaseWords } from "../lib/words.ts";
import { gpuPlace } from "../parts/link.tsx";
import { Failed } from "../parts/notice.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { Changes } from "./changes.tsx";
import { History } from "./history.tsx";
import { Offers } from "./offers.tsx";
import { Quote } from "./quote.tsx";
import { Supply } from "./supply.tsx";

const mostOffers = 1000;
const purchases = ["on_demand", "spot", "reserved"] as const;

const facts = (gpu: GpuFacts): readonly (readonly [string, string])[] =>
  (
    [
      ["Memory", gpu.vram_gib && `${count(gpu.vram_gib)} GiB`],
      ["Bandwidth", gpu.memory_bandwidth_gbps && `${count(gpu.memory_bandwidth_gbps)} GB/s`],
      ["FP16 dense", gpu.fp16_tflops && `${count(gpu.fp16_tflops)} TFLOPS`],
      ["Power", gpu.tdp_w && `${count(gpu.tdp_w)} W`],
      ["Form", gpu.form_factor],
      ["Link", gpu.interconnect],
      ["Family of", gpu.members.length > 0 && gpu.members.join(", ")],
    ] as const
  ).flatMap(([name, text]) => (text ? [[name, String(text)] as const] : []));

const Index = ({ row }: { row: MarketRow | undefined }) => {
  if (!row) return null;
  if (row.index !== null) return <>Index {price(row.index)}</>;
  if (row.index_last === null)
    return (
      <>
        Index <Unknown why={indexReason(row.index_reason)} />
      </>
    );
  return (
    <span class="stale-text" title={`none now: ${indexReason(row.index_reason)}`}>
      Index {price(row.index_last.value)} on {dayOf(Date.parse(row.index_last.at))}
    </span>
  );
};

const Head = ({ id, gpus, row }: { id: string; gpus: readonly GpuFacts[]; row: MarketRow | undefined }) => {
  const gpu = gpus.find((each) => each.id === id);
  return (
    <div class="gpu-head">
      <h1>{gpu?.name ?? id}</h1>
      <select
        aria-label="GPU"
        data-search
        value={id}
        onChange={(event) => go(gpuPlace(event.currentTarget.value))}
      >
        {gpus
          .filter((each) => each.listings > 0 || each.id === id)
          .map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
      </select>
      <p class="facts">
        <Index row={row} />
        {gpu &&
          facts(gpu).map(([name, text]) => (
            <span key={name}>
              {name} <b>{text}</b>
            </span>
          ))}
      </p>
    </div>
  );
};

/** One GPU in depth: history, supply, a quote, every offer, what changed. */
export const GpuRoom = () => {
  const { params } = usePlace();
  const market = useMarket().answer?.data ?? [];
  const gpus = useGpus().answer?.data ?? [];
  const id = params.gpu ?? market.find(({ gpu }) => gpu === "h100-sxm")?.gpu ?? market[0]?.gpu ?? "h100-sxm";
  const purchase: Purchase = oneOf(params.purchase, purchases);
  const [count_, hours] = [numberIn(params.n, 1, 100_000, 8), numberIn(params.h, 0.01, 100_000, 24)];
  const { answer, failure, busy, reload } = useAnswer<readonly Offer[]>(
    pathOf("/v1/offers", { gpu: id, limit: mostOffers }),
    { scope: id },
  );
  const offers = answer?.data ?? [];
  const onTerms = offers.filter((offer) => offer.purchase === purchase);
  const newest = Math.max(...offers.map((offer) => Date.parse(offer.observed_at ?? offer.changed_at)), 0);
  const since = new Date((newest === 0 ? serverNow() : Math.min(newest, serverNow())) - 7 * 86_400_000);
  return (
    <div class="stack">
      <Head id={id} gpus={gpus} row={market.find(({ gpu }) => gpu === id)} />
      <Segmented
        label="Terms"
        value={purchase}
        options={purchases.map(
          (each) =>
            [
              each,
              `${purchaseWords[each]} (${offers.filter((offer) => offer.purchase === each).length})`,
            ] as const,
        )}
        onChange={(value) => patch({ purchase: value === "on_demand" ? null : value })}
      />
      {failure && <Failed what="The offers" failure={failure} retry={reload} />}
      {answer && (
        <History
          gpu={id}
          purchase={purchase}
          offers={onTerms}
          answeredAt={answer.meta.at}
          indexNow={purchase === "on_demand" ? (market.find(({ gpu }) => gpu === id)?.index ?? null) : null}
        />
      )}
      <div class="two">
        <Quote gpu={id} purchase={purchase} gpus={Math.round(count_)} hours={hours} />
        <Supply gpu={id} purchase={purchase} gpus={Math.round(count_)} />
      </div>
      <Offers offers={onTerms} more={answer?.meta.next_cursor != null} busy={busy} />
      {answer && <Changes gpu={id} since={`${since.toISOString().slice(0, 13)}:00:00Z`} />}
    </div>
  );
};
