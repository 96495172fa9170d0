import type { Commitment, TermQuote } from "../api-types.ts";
import type { Failure } from "../lib/client.ts";
import { dollars, plural } from "../lib/format.ts";
import type { Params } from "../lib/location.ts";
import { usePlace } from "../lib/use-place.ts";
import { usePost } from "../lib/use-post.ts";
import { Curl } from "../parts/curl.tsx";
import { Failed, Notice } from "../parts/notice.tsx";
import { Panel } from "../parts/panel.tsx";
import { Sentences } from "../parts/sentences.tsx";
import { CommitmentFields } from "./commitment-fields.tsx";
import { CommitmentFigures } from "./commitment-figures.tsx";
import { commitmentBody, commitmentFaults, commitmentValues, quoteOf } from "./commitment-form.ts";

/** A refusal of the API in the words of this page: its fields and panels. */
const refusalWords = (detail: string): string =>
  detail
    .replace(/^gpu: /, "")
    .replace("/v1/index", "the panel Index")
    .replace("market_usd_per_gpu_hour takes its place", "a market price typed above takes its place");

const Refusal = ({ failure, again }: { failure: Failure; again: () => void }) =>
  failure.kind === "problem" && failure.problem.status === 422 ? (
    <div class="inside">
      <Notice tone="warn" title="This contract cannot be judged.">
        {refusalWords(failure.detail)}.
      </Notice>
    </div>
  ) : (
    <Failed what="The judgement" failure={failure} retry={again} />
  );

/** Whose price is judged, or what is missing. */
const priceWords = (quote: TermQuote | null, values: Params, loading: boolean): string | null => {
  const term = plural(Number(values.months), "month");
  if (quote !== null)
    return `No price typed: taken is ${dollars(quote.usd_per_gpu_hour)} of ${quote.provider}, the cheapest quote for ${term}.`;
  if (values.offer?.trim() || loading) return null;
  return `Nobody quotes ${term}: type the price that you were offered.`;
};

/** Whether a contract for a term is worth it against buying the same hours as one goes. */
export const CommitmentPanel = ({
  gpu,
  purchase,
  gpus,
  quotes,
}: {
  gpu: string;
  purchase: "on_demand" | "spot";
  gpus: number;
  /** Null while they load. */
  quotes: readonly TermQuote[] | null;
}) => {
  const { params } = usePlace();
  const values = { ...commitmentValues(params, quotes ?? []), n: params.n ?? String(gpus) };
  const faults = commitmentFaults(values);
  const body = commitmentBody(gpu, purchase, values);
  const { answer, failure, busy, again } = usePost<Commitment>("/v1/commitments", body, `${gpu} ${purchase}`);
  const words =
    faults.months === undefined ? priceWords(quoteOf(params, quotes ?? []), values, quotes === null) : null;
  return (
    <Panel
      title="Commit or wait"
      note={`a contract for a term against buying ${purchase === "spot" ? "spot" : "on demand"} by the hour`}
      busy={busy}
    >
      <CommitmentFields params={params} values={values} faults={faults} />
      {words !== null && <p class="chart-note">{words}</p>}
      {failure && <Refusal failure={failure} again={again} />}
      {answer && !failure && (
        <div aria-live="polite">
          <CommitmentFigures data={answer.data} />
          <div class="inside stack">
            <Sentences title="Why" lines={answer.data.why} />
            {body && <Curl path="/v1/commitments" body={body} />}
          </div>
        </div>
      )}
      {body !== null && answer === null && failure === null && <p class="chart-note">Weighing it…</p>}
    </Panel>
  );
};
