import type { Offer, Supply as Stack } from "../api-types.ts";
import { count, dollars, instant, plural } from "../lib/format.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { excludedWords, reasonWords } from "../lib/words.ts";
import { Dated } from "../parts/as-of.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel, Twin } from "../parts/panel.tsx";
import { SupplyFigures } from "./supply-figures.tsx";
import { blindFrom, untoldStock } from "./supply-shape.ts";
import { SupplySteps } from "./supply-steps.tsx";
import { SupplyTable } from "./supply-table.tsx";
import type { SupplyView } from "./use-supply.ts";

/** How the stack counts what venues do not tell, and why a quote may be cheaper. */
const untoldWords = ({ listings, gpus }: ReturnType<typeof untoldStock>): string => {
  const [who, each] = listings === 1 ? ["does not tell its", "it"] : ["do not tell their", "each"];
  const size = gpus === listings ? "one GPU" : `the GPUs of one offer (${count(gpus)} in all)`;
  return `${plural(listings, "listing")} ${who} stock; ${each} counts as ${size}. A quote takes as many as it needs where no machine is named, with a warning, so that it may be cheaper.`;
};

const Notes = ({ view, untold }: { view: SupplyView; untold: ReturnType<typeof untoldStock> }) => {
  const { supply, datedAt } = view;
  const excluded = supply === null ? [] : excludedWords(supply.excluded);
  const blind = supply?.blind_sources ?? [];
  const archives = supply?.open_archives.length ?? 0;
  return (
    <>
      {datedAt !== null && (
        <p class="chart-note">
          <strong>Nothing is current: this is the stack of {instant(datedAt)}.</strong>
        </p>
      )}
      {supply?.truncated_above != null && supply.steps.length > 0 && <Blind supply={supply} />}
      {blind.length > 0 && (
        <p class="chart-note">
          <strong>
            {blind.join(", ")} {blind.length === 1 ? "was" : "were"} not seen whole
          </strong>
          : there may be more than is drawn, at any price.
        </p>
      )}
      {archives > 0 && (
        <p class="chart-note">
          {plural(archives, "imported source")} {archives === 1 ? "does" : "do"} not say whether all is shown:
          there may be more than is drawn, at any price.
        </p>
      )}
      {untold.listings > 0 && <p class="chart-note">{untoldWords(untold)}</p>}
      {supply?.fit && supply.fit.a === null && supply.steps.length > 0 && (
        <p class="chart-note">No power fit: {reasonWords(supply.fit.reason)}.</p>
      )}
      {excluded.length > 0 && <p class="chart-note">Not in the stack: {excluded.join("; ")}.</p>}
    </>
  );
};

/** From where on the stack may be more than is drawn. */
const Blind = ({ supply }: { supply: Stack }) => {
  const from = blindFrom(supply);
  return (
    <p class="chart-note">
      {from === null ? (
        <strong>No pull saw its whole market</strong>
      ) : (
        <strong>From {dollars(from)} on a pull that was cut off is blind</strong>
      )}
      : there may be more than is drawn{from === null && ", at any price"}.
    </p>
  );
};

/** What is offered at which price, as steps, and where the GPUs asked for end. */
export const Supply = ({
  view,
  gpus,
  offers,
}: {
  view: SupplyView;
  gpus: number;
  /** The offers on these terms, which say whose stock is told. */
  offers: readonly Offer[];
}) => {
  const { params } = usePlace();
  const { supply, failure, busy, reload } = view;
  const steps = supply?.steps ?? [];
  const untold = untoldStock(steps, offers);
  return (
    <Panel
      title="Supply"
      note={<Dated note="offers by price" meta={view.meta} />}
      busy={busy}
      tools={<Twin value={params.supply ?? ""} onChange={(value) => patch({ supply: value })} />}
    >
      {failure && <Failed what="The supply" failure={failure} retry={reload} />}
      {supply !== null && <SupplyFigures supply={supply} gpus={gpus} untold={untold.listings} />}
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
      <Notes view={view} untold={untold} />
    </Panel>
  );
};
