import { dollars, instant } from "../lib/format.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { excludedWords, reasonWords } from "../lib/words.ts";
import { Failed } from "../parts/notice.tsx";
import { Panel, Twin } from "../parts/panel.tsx";
import { SupplyFigures } from "./supply-figures.tsx";
import { SupplySteps } from "./supply-steps.tsx";
import { SupplyTable } from "./supply-table.tsx";
import type { SupplyView } from "./use-supply.ts";

const Notes = ({ view }: { view: SupplyView }) => {
  const { supply, datedAt } = view;
  const excluded = supply === null ? [] : excludedWords(supply.excluded);
  return (
    <>
      {datedAt !== null && (
        <p class="chart-note">
          <strong>Nothing is current: this is the stack of {instant(datedAt)}.</strong>
        </p>
      )}
      {supply?.truncated_above != null && (
        <p class="chart-note">
          <strong>From {dollars(supply.truncated_above)} on a capped or partial pull is blind</strong>: there
          may be more than is drawn.
        </p>
      )}
      {supply?.fit && supply.fit.a === null && supply.steps.length > 0 && (
        <p class="chart-note">No power fit: {reasonWords(supply.fit.reason)}.</p>
      )}
      {excluded.length > 0 && <p class="chart-note">Not in the stack: {excluded.join("; ")}.</p>}
    </>
  );
};

/** What is offered at which price, as steps, and what taking N GPUs from the cheapest up costs. */
export const Supply = ({ view, gpus }: { view: SupplyView; gpus: number }) => {
  const { params } = usePlace();
  const { supply, failure, busy, reload } = view;
  const steps = supply?.steps ?? [];
  return (
    <Panel
      title="Supply"
      note="current offers by price; $/GPU-h over GPUs"
      busy={busy}
      tools={<Twin value={params.supply ?? ""} onChange={(value) => patch({ supply: value })} />}
    >
      {failure && <Failed what="The supply" failure={failure} retry={reload} />}
      {supply !== null && <SupplyFigures supply={supply} gpus={gpus} />}
      {params.supply === "table" ? (
        <SupplyTable steps={steps} />
      ) : supply !== null && steps.length > 0 ? (
        <div class="inside">
          <SupplySteps supply={supply} gpus={gpus} />
        </div>
      ) : (
        <p class="chart-note">
          {supply === null
            ? failure === null && "Loading…"
            : excludedWords(supply.excluded).length === 0
              ? "No current offer: nobody sells it on these terms."
              : "No current offer stands in the stack; older ones are in the table below."}
        </p>
      )}
      <Notes view={view} />
    </Panel>
  );
};
