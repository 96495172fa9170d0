import type { GpuFacts, Offer, Purchase } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { serverNow } from "../lib/clock.ts";
import { count } from "../lib/format.ts";
import { numberIn, oneOf } from "../lib/location.ts";
import { useGpus, useMarket, useProviders } from "../lib/queries.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { go, patch, usePlace } from "../lib/use-place.ts";
import { purchaseWords } from "../lib/words.ts";
import { gpuPlace } from "../parts/link.tsx";
import { Empty, Failed } from "../parts/notice.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { emptyTape, TapeNotice } from "../parts/tape-notice.tsx";
import { Changes } from "./changes.tsx";
import { GpuFigures } from "./gpu-figures.tsx";
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

const Head = ({ id, gpus }: { id: string; gpus: readonly GpuFacts[] }) => {
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

/** When the newest of the offers was seen; null without one. */
const newestOf = (offers: readonly Offer[]): number | null => {
  const times = offers.flatMap(({ observed_at }) => (observed_at === null ? [] : [Date.parse(observed_at)]));
  return times.length === 0 ? null : Math.max(...times);
};

/** One GPU in depth: history, supply, a quote, every offer, what changed. */
export const GpuRoom = () => {
  const { params } = usePlace();
  const marketAnswer = useMarket().answer;
  const market = marketAnswer?.data ?? [];
  const sources = useProviders().answer?.data.sources ?? [];
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
  const row = market.find(({ gpu }) => gpu === id);
  const since = new Date(Math.min(newestOf(offers) ?? serverNow(), serverNow()) - 7 * 86_400_000);
  return (
    <div class="stack">
      <TapeNotice sources={sources} />
      <Head id={id} gpus={gpus} />
      {row && marketAnswer && <GpuFigures row={row} answeredAt={marketAnswer.meta.at} />}
      {marketAnswer && market.length === 0 && <Empty title="The tape is empty." steps={emptyTape} />}
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
          indexNow={purchase === "on_demand" ? (row?.index ?? null) : null}
        />
      )}
      <div class="two">
        <Quote gpu={id} purchase={purchase} gpus={Math.round(count_)} hours={hours} />
        <Supply gpu={id} purchase={purchase} gpus={Math.round(count_)} newest={newestOf(onTerms)} />
      </div>
      <Offers offers={onTerms} more={answer?.meta.next_cursor != null} busy={busy} />
      {answer && <Changes gpu={id} since={`${since.toISOString().slice(0, 13)}:00:00Z`} />}
    </div>
  );
};
