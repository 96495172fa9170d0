import type { IndexMethod, IndexPoint, Purchase } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { emptyWords } from "../lib/empty-words.ts";
import { oneOf } from "../lib/location.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { Failed } from "../parts/notice.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { IndexTable } from "./index-tables.tsx";
import type { Window } from "./range.ts";
import type { IndexView } from "./use-index.ts";

const records = ["computed", "provisional", "final", "revised"] as const;

const words: Readonly<Record<(typeof records)[number], string>> = {
  computed: "Computed now",
  provisional: "Published, provisional",
  final: "Final",
  revised: "Revised",
};

interface Props {
  readonly gpu: string;
  readonly purchase: Purchase;
  readonly method: IndexMethod;
  readonly span: Window;
  /** As the tape gives it now. */
  readonly view: IndexView;
}

const Choice = ({ value }: { value: (typeof records)[number] }) => (
  <Segmented
    label="Values"
    value={value}
    options={records.map((record) => [record, words[record]] as const)}
    onChange={(record) => patch({ vintage: record === "computed" ? null : record })}
  />
);

/** The index over time: computed from what is known now, or as each vintage was published. */
export const IndexOverTime = ({ gpu, purchase, method, span, view }: Props) => {
  const { params } = usePlace();
  const record = method === "hedonic" ? "computed" : oneOf(params.vintage, records);
  const { from, to, interval } = span;
  const published = useAnswer<readonly IndexPoint[]>(
    record === "computed"
      ? null
      : pathOf("/v1/index", { gpu, purchase, method, from, to, interval, vintage: record }),
    { scope: `${gpu} ${purchase} ${method} ${record}` },
  );
  const none = emptyWords(view.history, "No index in this span.");
  if (method === "hedonic") return <IndexTable rows={view.rows} kind="hedonic" empty={none} />;
  return (
    <>
      <div class="inside">
        <Choice value={record} />
      </div>
      {published.failure && (
        <Failed what="What was published" failure={published.failure} retry={published.reload} />
      )}
      {record === "computed" ? (
        <IndexTable rows={view.rows} kind="computed" empty={none} />
      ) : (
        <IndexTable
          rows={published.answer?.data ?? []}
          kind="published"
          empty={emptyWords(published, "Nothing of that vintage was published in this span.")}
        />
      )}
    </>
  );
};
