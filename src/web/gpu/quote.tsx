import type { Purchase, Quote as QuoteData } from "../api-types.ts";
import { age, dollars, money } from "../lib/format.ts";
import { patch } from "../lib/use-place.ts";
import { usePost } from "../lib/use-post.ts";
import { readable } from "../lib/words.ts";
import { Curl } from "../parts/curl.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { LegsTable } from "../parts/legs-table.tsx";
import { Failed, Notice } from "../parts/notice.tsx";
import { Panel } from "../parts/panel.tsx";
import { Sentences } from "../parts/sentences.tsx";

const Figures = ({ quote }: { quote: QuoteData }) => (
  <dl class="figures">
    <div>
      <dt>Per GPU-hour</dt>
      <dd>{dollars(quote.vwap_usd_per_gpu_hour)}</dd>
    </div>
    <div>
      <dt>Per hour, {quote.gpus} GPUs</dt>
      <dd>{money(quote.usd_per_hour)}</dd>
    </div>
    <div>
      <dt>Total, {quote.hours} h</dt>
      <dd>{money(quote.total_usd)}</dd>
    </div>
    <div>
      <dt>Oldest price</dt>
      <dd>{quote.worst_age_s === null ? "—" : age(quote.worst_age_s)}</dd>
    </div>
  </dl>
);

/** Buy N GPUs for H hours: the cheapest cover from whole hosts, with its legs and its why. */
export const Quote = ({
  gpu,
  purchase,
  gpus,
  hours,
}: {
  gpu: string;
  purchase: Purchase;
  gpus: number;
  hours: number;
}) => {
  const body = { gpu, gpus, hours, purchase };
  const { answer, failure, busy, again } = usePost<QuoteData>("/v1/quotes", body, `${gpu} ${purchase}`);
  const impossible = failure?.kind === "problem" && failure.problem.status === 422;
  const set = (name: string) => (event: { currentTarget: HTMLInputElement }) =>
    patch({ [name]: event.currentTarget.value }, "replace");
  return (
    <Panel
      title="Quote"
      busy={busy}
      note={answer && !failure ? (answer.data.executable ? "executable now" : "indicative") : undefined}
      tools={
        <div class="inline-form">
          <label>
            Buy <input type="number" min="1" name="n" value={gpus} onInput={set("n")} /> GPUs
          </label>
          <label>
            for <input type="number" min="1" name="h" value={hours} onInput={set("h")} /> h
          </label>
        </div>
      }
    >
      {failure && !impossible && <Failed what="The quote" failure={failure} retry={again} />}
      {failure && impossible && (
        <div class="inside">
          <Notice tone="warn" title="This cannot be bought now.">
            {readable(failure.detail, [])}
            {failure.kind === "problem" && <LeftOut counts={failure.problem.details?.excluded ?? {}} />}
          </Notice>
        </div>
      )}
      {answer && !failure && (
        <>
          <Figures quote={answer.data} />
          <LegsTable legs={answer.data.legs} answeredAt={answer.meta.at} />
          <div class="inside stack">
            <Sentences title="Why" lines={answer.data.why} legs={answer.data.legs} />
            <Sentences title="Mind" lines={answer.data.warnings} legs={answer.data.legs} warn />
            <LeftOut counts={answer.data.excluded} />
            <Curl path="/v1/quotes" body={body} />
          </div>
        </>
      )}
      {answer === null && failure === null && <p class="chart-note">Asking for a quote…</p>}
    </Panel>
  );
};
