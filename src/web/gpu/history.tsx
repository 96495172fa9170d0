import type uPlot from "uplot";
import type { IndexRow, Offer, PriceRow, Purchase } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { serverNow } from "../lib/clock.ts";
import { dayOf, minuteOf, price } from "../lib/format.ts";
import { oneOf } from "../lib/location.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { useAnswers } from "../lib/use-answers.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { Chart } from "../parts/chart.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel, Twin } from "../parts/panel.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { marketLines, presentRow, providerLines, topProviders } from "./history-lines.ts";
import { historyOptions, zoomOut } from "./history-options.ts";
import { ranges, type Window, zoomOf } from "./range.ts";

interface Props {
  readonly gpu: string;
  readonly purchase: Purchase;
  readonly offers: readonly Offer[];
  /** Time of the offers. */
  readonly answeredAt: string;
  /** The index now; null where there is none. */
  readonly indexNow: number | null;
  readonly span: Window;
  /** The weighted median over that span. */
  readonly index: readonly IndexRow[];
}

/** Price history: cheapest, median and index, or each provider's cheapest. Drag zooms, a double click goes back. */
export const History = ({ gpu, purchase, offers, answeredAt, indexNow, span, index }: Props) => {
  const { params } = usePlace();
  const range = oneOf(params.range, ranges);
  const zoomed = zoomOf(params, serverNow()) !== null;
  const query = { gpu, purchase, from: span.from, to: span.to, interval: span.interval };
  const scope = `${gpu} ${purchase}`;
  const prices = useAnswer<readonly PriceRow[]>(pathOf("/v1/prices", { ...query, stat: "min,median" }), {
    scope,
  });
  const providers = params.by === "provider" ? topProviders(offers) : [];
  const sellers = useAnswers<readonly PriceRow[]>(
    providers.map((provider) => pathOf("/v1/prices", { ...query, provider, stat: "min" })),
    `${scope} ${providers.join(" ")}`,
  );

  const last = span.past ? null : presentRow(offers, answeredAt);
  const presentOf = (seller: string): PriceRow | null =>
    last &&
    presentRow(
      offers.filter(({ provider }) => provider === seller),
      last.at,
    );
  const past = prices.answer?.data ?? null;
  const loading =
    (past === null && prices.failure === null) || (params.by === "provider" && sellers === null);
  // The present alone would be one point on an axis of its own.
  const rows = past === null ? [] : [...past, ...(last === null ? [] : [last])];
  const lines =
    params.by === "provider"
      ? providerLines(rows, providers, sellers ?? [], presentOf)
      : marketLines(rows, index, last && { at: last.at, index: indexNow });
  const any = lines.some((line) => line.values.some((value) => value !== null));
  const data = [
    rows.map((row) => Date.parse(row.at) / 1000),
    ...lines.map(({ values }) => [...values]),
  ] as uPlot.AlignedData;
  const table = rows.map((row, i) => ({ row, values: lines.map((line) => line.values[i] ?? null) }));

  return (
    <Panel
      title="Price history"
      note={`$/GPU-h, ${span.interval} buckets${span.past && !zoomed ? `; nothing newer than ${dayOf(Date.parse(span.to) - 86_400_000)}` : ""}`}
      busy={prices.busy}
      tools={
        <>
          <Segmented
            label="Range"
            value={zoomed ? "" : range}
            options={[
              ["7d" as string, "7 d"],
              ["30d", "30 d"],
              ["90d", "90 d"],
              ["1y", "1 y"],
              ["all", "All"],
            ]}
            onChange={(value) => patch({ range: value === "30d" ? null : value, from: null, to: null })}
          />
          {zoomed && (
            <button type="button" class="tool" onClick={zoomOut}>
              Zoom out
            </button>
          )}
          <button
            type="button"
            class="tool"
            aria-pressed={params.by === "provider"}
            onClick={() => patch({ by: params.by === "provider" ? null : "provider" })}
          >
            By provider
          </button>
          <Twin value={params.history ?? ""} onChange={(value) => patch({ history: value })} />
        </>
      }
    >
      {prices.failure && <Failed what="The history" failure={prices.failure} retry={prices.reload} />}
      {params.history === "table" ? (
        <DataTable
          tall
          caption="Price history, newest first"
          columns={[
            { key: "at", label: "Until", unit: "UTC", cell: ({ row }) => minuteOf(Date.parse(row.at)) },
            ...lines.map((line, i) => ({
              key: line.name,
              label: line.name,
              align: "right" as const,
              cell: ({ row, values }: (typeof table)[number]) => {
                const value = values[i] ?? null;
                return value === null ? (
                  <Unknown why={row.reason ?? "no fresh offer, or too few for an index"} />
                ) : (
                  price(value)
                );
              },
            })),
          ]}
          rows={table.toReversed()}
          rowKey={({ row }) => row.at}
          empty="No prices in this span."
        />
      ) : loading ? (
        <p class="chart-note chart-wait">Loading…</p>
      ) : any ? (
        <Chart
          label={`Price history of ${gpu}, ${purchase}: cheapest, median and index in dollars per GPU-hour`}
          height={260}
          data={data}
          signature={JSON.stringify([gpu, purchase, lines.map(({ name }) => name)])}
          options={historyOptions(lines)}
        />
      ) : (
        <p class="chart-note chart-wait">
          {past === null ? "" : "No fresh price in this span. A longer range may have some."}
        </p>
      )}
    </Panel>
  );
};
