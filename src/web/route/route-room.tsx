import type { Routes } from "../api-types.ts";
import type { Failure } from "../lib/client.ts";
import { count } from "../lib/format.ts";
import { useGpus, useProviders } from "../lib/queries.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { usePost } from "../lib/use-post.ts";
import { excludedWords } from "../lib/words.ts";
import { Curl } from "../parts/curl.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { Failed, Notice } from "../parts/notice.tsx";
import { Panel } from "../parts/panel.tsx";
import { isEmptyTape, TapeEmpty, TapeNotice } from "../parts/tape-notice.tsx";
import { PlanCard } from "./plan-card.tsx";
import { RouteFields } from "./route-fields.tsx";
import { faultsOf, paramsOf, requestOf, valuesOf } from "./route-form.ts";

const Infeasible = ({ failure, retry }: { failure: Failure; retry: () => void }) => {
  if (failure.kind !== "problem" || failure.problem.status !== 422) {
    return <Failed what="The route" failure={failure} retry={retry} />;
  }
  const {
    constraints: given = [],
    would_do = {},
    available_gpus,
    excluded = {},
  } = failure.problem.details ?? {};
  const constraints = would_do.interruptible === true ? [...new Set([...given, "interruptible"])] : given;
  return (
    <Notice tone="warn" title="No plan meets this request.">
      {constraints.length > 0
        ? "It would be possible "
        : "No single constraint is to blame; give up several. "}
      {constraints.map((constraint, i) => (
        <WayOut key={constraint} constraint={constraint} figure={would_do[constraint]} first={i === 0} />
      ))}
      {available_gpus !== undefined && `Most GPUs of one kind available: ${count(available_gpus)}.`}
      <LeftOut counts={excluded} />
    </Notice>
  );
};

/** One constraint that could be given up, or the figure in its place that would do, and a button for it. */
const WayOut = ({
  constraint,
  figure,
  first,
}: {
  constraint: string;
  figure: number | boolean | undefined;
  first: boolean;
}) => {
  const isSpot = constraint === "interruptible";
  const isFigure = typeof figure === "number";
  const change = isSpot
    ? { interruptible: "1" }
    : Object.fromEntries(paramsOf(constraint).map((name) => [name, isFigure ? String(figure) : null]));
  return (
    <>
      {first ? "" : "or "}
      {isSpot || isFigure ? "with" : "without"} <b>{isSpot ? "spot" : constraint}</b>
      {isFigure && ` of ${figure}`}{" "}
      <button type="button" class="tool" onClick={() => patch(change)}>
        {isSpot ? "Allow it" : isFigure ? "Set it" : "Take it out"}
      </button>{" "}
    </>
  );
};

/** Where to run a job: the request as a form, the plans beside it. */
export const RouteRoom = () => {
  const { params } = usePlace();
  const gpus = useGpus().answer?.data ?? [];
  const sources = useProviders().answer?.data.sources ?? [];
  const empty = isEmptyTape(sources);
  const values = valuesOf(params);
  const body = requestOf(values);
  const { answer, failure, busy, again } = usePost<Routes>("/v1/routes", empty ? null : body, "route");
  const excluded = answer ? excludedWords(answer.data.excluded) : [];
  return (
    <div class="stack">
      <h1 class="hidden">Route</h1>
      <TapeNotice sources={sources} />
      <TapeEmpty sources={sources} />
      <div class="form-and-answer">
        <Panel title="Request">
          <RouteFields values={values} faults={faultsOf(values)} gpus={gpus} />
          <div class="inside">{body && <Curl path="/v1/routes" body={body} />}</div>
        </Panel>
        <div class="stack" aria-live="polite" aria-busy={busy}>
          {body === null && (
            <Notice tone="info" title="The form is not complete.">
              Mend the marked fields.
            </Notice>
          )}
          {failure && <Infeasible failure={failure} retry={again} />}
          {answer?.data.plans.map((plan, index) => (
            <PlanCard
              key={`${plan.gpu} ${plan.purchase} ${plan.legs[0]?.listing_id}`}
              plan={plan}
              index={index}
              gpus={Number(values.gpus)}
              answeredAt={answer.meta.at}
            />
          ))}
          {answer && (
            <Panel title="Left out" note={`${answer.data.considered} offers could serve`}>
              <div class="inside">
                {excluded.length === 0 ? (
                  "Nothing was left out."
                ) : (
                  <ul class="sentences">
                    {excluded.map((line) => (
                      <li key={line}>{line}</li>
                    ))}
                  </ul>
                )}
                <p class="muted">
                  Interruptions, launch failures and egress are not in the cost. Route{" "}
                  <a href={`./v1/routes/${answer.data.route_id}`}>{answer.data.route_id}</a>
                </p>
              </div>
            </Panel>
          )}
          {answer === null && failure === null && body !== null && !empty && (
            <p class="muted">Looking for plans…</p>
          )}
        </div>
      </div>
    </div>
  );
};
