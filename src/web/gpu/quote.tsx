import type { Purchase, Quote as QuoteData } from "../api-types.ts";
import { dollars, money } from "../lib/format.ts";
import { anyOld } from "../lib/staleness.ts";
import { usePlace } from "../lib/use-place.ts";
import { usePost } from "../lib/use-post.ts";
import { Age, instantOf } from "../parts/age.tsx";
import { Curl } from "../parts/curl.tsx";
import { Figure } from "../parts/figure.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { LegsTable } from "../parts/legs-table.tsx";
import { Failed, Notice } from "../parts/notice.tsx";
import { Panel } from "../parts/panel.tsx";
import { Sentences } from "../parts/sentences.tsx";
import { Standing } from "../parts/standing.tsx";
import { QuoteFields } from "./quote-fields.tsx";
import { quoteBody, quoteFaults } from "./quote-form.ts";

const Figures = ({
  quote,
  oldestAt,
  stale,
}: {
  quote: QuoteData;
  oldestAt: number | null;
  stale: boolean;
}) => (
  <dl class={`figures ${stale ? "stale-text" : ""}`}>
    <Figure label="Per GPU-hour">{dollars(quote.vwap_usd_per_gpu_hour)}</Figure>
    <Figure label={`Per hour, ${quote.gpus} GPUs`}>{money(quote.usd_per_hour)}</Figure>
    <Figure label={`Total, ${quote.hours} h`}>{money(quote.total_usd)}</Figure>
    <Figure label="Oldest price">
      <Age at={oldestAt} />
    </Figure>
  </dl>
);

/** Buy N GPUs for H hours: the cheapest cover from whole hosts, with its legs and its why. */
export const Quote = ({ gpu, purchase }: { gpu: string; purchase: Purchase }) => {
  const { params } = usePlace();
  const faults = quoteFaults(params);
  const body = quoteBody(gpu, purchase, params);
  const { answer, failure, busy, again } = usePost<QuoteData>("/v1/quotes", body, `${gpu} ${purchase}`);
  const impossible = failure?.kind === "problem" && failure.problem.status === 422;
  const quote = failure ? undefined : answer?.data;
  const stale = quote !== undefined && anyOld(quote.legs);
  const oldestAt = quote && answer ? instantOf(answer.meta.at, quote.worst_age_s) : null;
  return (
    <Panel
      title="Quote"
      busy={busy}
      note={quote && <Standing executable={quote.executable} stale={stale} oldestAt={oldestAt} />}
      tools={<QuoteFields params={params} faults={faults} />}
    >
      {body === null && <p class="chart-note">Nothing is asked while a field is wrong.</p>}
      {failure && !impossible && <Failed what="The quote" failure={failure} retry={again} />}
      {failure && impossible && (
        <div class="inside">
          <Notice tone="warn" title="This cannot be bought now.">
            {failure.detail}
            {failure.kind === "problem" && <LeftOut counts={failure.problem.details?.excluded ?? {}} />}
          </Notice>
        </div>
      )}
      {quote && answer && body && (
        <>
          <Figures quote={quote} oldestAt={oldestAt} stale={stale} />
          <LegsTable legs={quote.legs} answeredAt={answer.meta.at} />
          <div class="inside stack">
            <Sentences title="Why" lines={quote.why} />
            <Sentences title="Mind" lines={quote.warnings} warn />
            <LeftOut counts={quote.excluded} />
            <Curl path="/v1/quotes" body={body} />
          </div>
        </>
      )}
      {body !== null && answer === null && failure === null && <p class="chart-note">Asking for a quote…</p>}
    </Panel>
  );
};
