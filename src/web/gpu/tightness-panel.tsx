import type { LeadTest, Purchase, Tightness, TightnessPart } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { count, interval, share } from "../lib/format.ts";
import { withUnit } from "../lib/units.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { reasonWords, termWords } from "../lib/words.ts";
import { Dated } from "../parts/as-of.tsx";
import { ShareBar } from "../parts/bars.tsx";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel, Twin } from "../parts/panel.tsx";
import { Refused } from "../parts/refused.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { TightnessGauge } from "./tightness-gauge.tsx";
import { TightnessHistory } from "./tightness-history.tsx";

const whole = (score: number): string => String(Math.round(score));

const columns: readonly Column<TightnessPart>[] = [
  { key: "part", label: "Part", cell: (row) => <span class="words">{termWords(row.part)}</span> },
  {
    key: "score",
    label: "Score",
    unit: "0 to 100",
    align: "right",
    cell: (row) => (row.score === null ? <Refused reason={row.reason} /> : whole(row.score)),
  },
  {
    key: "bar",
    label: "",
    cell: (row) => row.score !== null && <ShareBar value={row.score / 100} wide={72} />,
  },
  {
    key: "now",
    label: "Now",
    align: "right",
    cell: (row) =>
      row.now === null ? <Unknown why={reasonWords(row.reason)} /> : withUnit(row.now, row.unit),
  },
  { key: "days", label: "Days", unit: "known of 30", align: "right", cell: (row) => count(row.days) },
];

const Lead = ({ test }: { test: LeadTest }) => (
  <p>
    <strong>Does it lead the price?</strong> {test.says}{" "}
    {test.partial_r2 !== null && (
      <span class="muted">
        It explains {share(test.partial_r2)} of what the price's own past leaves open.
      </span>
    )}
  </p>
);

const Score = ({ data, table }: { data: Tightness; table: boolean }) => (
  <div class="inside stack">
    <p>
      {data.score === null ? (
        <Refused reason={data.reason} />
      ) : (
        <>
          <strong class="large">{whole(data.score)}</strong>{" "}
          <span class="muted">
            of 100, {interval(data.low, data.high, whole) ?? "no range"} when one part is left out
          </span>
        </>
      )}
    </p>
    <TightnessGauge score={data.score} low={data.low} high={data.high} />
    <TightnessHistory history={data.history} table={table} />
    <Lead test={data.leads_price} />
    {data.unknown_share !== null && data.unknown_share > 0 && (
      <p class="muted">
        {share(data.unknown_share)} of listings are at venues that do not tell whether they are free.
      </p>
    )}
  </div>
);

/** How tight the market is against its own last 30 days, part by part, and whether that leads the price. */
export const TightnessPanel = ({ gpu, purchase }: { gpu: string; purchase: Purchase }) => {
  const { params } = usePlace();
  const { answer, failure, busy, reload } = useAnswer<Tightness>(pathOf("/v1/tightness", { gpu, purchase }), {
    scope: `${gpu} ${purchase}`,
  });
  return (
    <Panel
      title="Tightness"
      note={<Dated note="each part against its own last 30 days; higher is tighter" meta={answer?.meta} />}
      busy={busy}
      tools={
        answer &&
        answer.data.history.filter(({ score }) => score !== null).length > 1 && (
          <Twin value={params.tightness ?? ""} onChange={(value) => patch({ tightness: value })} />
        )
      }
    >
      {failure && <Failed what="The tightness" failure={failure} retry={reload} />}
      {answer === null && failure === null && <p class="chart-note">Loading…</p>}
      {answer && (
        <div class="two even flush">
          <Score data={answer.data} table={params.tightness === "table"} />
          <DataTable
            caption="Parts of the tightness"
            columns={columns}
            rows={answer.data.parts}
            rowKey={(row) => row.part}
            empty="No part is known."
          />
        </div>
      )}
    </Panel>
  );
};
