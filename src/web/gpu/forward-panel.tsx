import type { Forward } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { figure, share } from "../lib/format.ts";
import { numberIn } from "../lib/location.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { indexReason, reasonWords } from "../lib/words.ts";
import { Failed } from "../parts/notice.tsx";
import { Panel, Twin } from "../parts/panel.tsx";
import { ForwardPicture } from "./forward-picture.tsx";
import { flagWords } from "./forward-shape.ts";
import { TenorsTable, TermQuotesTable } from "./forward-tables.tsx";

const mostPercent = 100;

const RateField = ({ text, wrong, usual }: { text: string; wrong: boolean; usual: string }) => (
  <div class="inline-form">
    <label>
      Cost of capital
      <input
        type="number"
        name="rate"
        min="0"
        max={mostPercent}
        step="0.5"
        placeholder={usual}
        value={text}
        aria-invalid={wrong}
        onInput={(event) => patch({ rate: event.currentTarget.value }, "replace")}
      />
      % a year
    </label>
    {wrong && <small role="alert">a number from 0 to {mostPercent}</small>}
  </div>
);

/** Below the picture: what is missing from it, and why. */
const Notes = ({ data }: { data: Forward }) => (
  <>
    {data.spot.value === null && data.tenors.length > 0 && (
      <p class="chart-note">No index to compare with: {indexReason(data.spot.reason)}.</p>
    )}
    {data.floor.full === null && data.tenors.length > 0 && (
      <p class="chart-note">No operating floor to compare with: {reasonWords(data.floor.reason)}.</p>
    )}
    {flagWords(data.tenors).map((line) => (
      <p class="chart-note" key={line}>
        {line}
      </p>
    ))}
  </>
);

const Curve = ({ data, table }: { data: Forward; table: boolean }) => {
  if (data.tenors.length === 0)
    return <p class="chart-note">Nobody quotes a term for this GPU, so there is no forward curve.</p>;
  return (
    <div class="two even flush">
      {table ? (
        <TenorsTable rows={data.tenors} />
      ) : (
        <div class="inside">
          <ForwardPicture data={data} />
        </div>
      )}
      <TermQuotesTable rows={data.quotes} />
    </div>
  );
};

/** What terms cost, what they imply for the months between, against spot and against what it costs to run. */
export const ForwardPanel = ({ gpu }: { gpu: string }) => {
  const { params } = usePlace();
  const text = params.rate ?? "";
  const percent = numberIn(params.rate, 0, mostPercent, -1);
  const { answer, failure, busy, reload } = useAnswer<Forward>(
    pathOf("/v1/curves/forward", { gpu, rate: percent < 0 ? null : percent / 100 }),
    { scope: gpu },
  );
  return (
    <Panel
      title="Forward"
      note={`$/GPU-h over months${answer ? `, capital at ${share(answer.data.rate)} a year` : ""}`}
      busy={busy}
      tools={
        <>
          <RateField
            text={text}
            wrong={text !== "" && percent < 0}
            usual={answer && text === "" ? figure(answer.data.rate * 100) : ""}
          />
          <Twin value={params.forward ?? ""} onChange={(value) => patch({ forward: value })} />
        </>
      }
    >
      {failure && <Failed what="The forward curve" failure={failure} retry={reload} />}
      {answer === null && failure === null && <p class="chart-note">Loading…</p>}
      {answer && (
        <>
          <Curve data={answer.data} table={params.forward === "table"} />
          <Notes data={answer.data} />
        </>
      )}
    </Panel>
  );
};
