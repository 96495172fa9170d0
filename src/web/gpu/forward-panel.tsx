import type { Forward } from "../api-types.ts";
import { figure, share } from "../lib/format.ts";
import type { Loaded } from "../lib/use-answer.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { indexReason, reasonWords } from "../lib/words.ts";
import { Dated } from "../parts/as-of.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel, Twin } from "../parts/panel.tsx";
import { ForwardPicture } from "./forward-picture.tsx";
import { flagWords } from "./forward-shape.ts";
import { TenorsTable, TermQuotesTable } from "./forward-tables.tsx";
import { RateField } from "./rate-field.tsx";

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
export const ForwardPanel = ({ view, wrongRate }: { view: Loaded<Forward>; wrongRate: boolean }) => {
  const { params } = usePlace();
  const text = params.rate ?? "";
  const { answer, failure, busy, reload } = view;
  return (
    <Panel
      title="Forward"
      note={
        <Dated
          note={`rates of terms${answer ? `, capital at ${share(answer.data.rate)} a year` : ""}`}
          meta={answer?.meta}
        />
      }
      busy={busy}
      tools={
        <>
          <RateField
            text={text}
            wrong={text !== "" && wrongRate}
            usual={answer && text === "" ? figure(answer.data.rate * 100) : ""}
          />
          {answer && answer.data.tenors.length > 0 && (
            <Twin value={params.forward ?? ""} onChange={(value) => patch({ forward: value })} />
          )}
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
