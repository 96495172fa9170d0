import type uPlot from "uplot";
import type { IndexRow, Offer, PriceRow, Purchase } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { serverNow } from "../lib/clock.ts";
import { dayOf, minuteOf, price } from "../lib/format.ts";
import { oneOf } from "../lib/location.ts";
import { styleOf } from "../lib/series-colour.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { useAnswers } from "../lib/use-answers.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { axisOf, Chart, type Palette } from "../parts/chart.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel, Twin } from "../parts/panel.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { isOld } from "./offer-columns.tsx";
import { ranges, windowOf } from "./range.ts";

const mostProviders = 8;

interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly style: (palette: Palette) => Partial<uPlot.Series>;
}

/** Providers with the most listings, as many as have a colour. */
const topProviders = (offers: readonly Offer[]): string[] => {
  const counts = new Map<string, number>();
  for (const { provider } of offers) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .slice(0, mostProviders)
    .map(([provider]) => provider);
};

const byTime = <T extends { readonly at: string }>(
  rows: readonly T[] | undefined,
  of: (row: T) => number | null | undefined,
): Map<string, number | null> => new Map((rows ?? []).map((row) => [row.at, of(row) ?? null]));

const optionsOf = (lines: readonly Line[]) => (palette: Palette) => ({
  cursor: { drag: { x: true, y: false } },
  scales: { x: { time: true } },
  tzDate: (seconds: number) =>
    new Date(new Date(seconds * 1000).toLocaleString("en-US", { timeZone: "UTC" })),
  axes: [
    axisOf(palette),
    { ...axisOf(palette), size: 56, values: (_: uPlot, ticks: number[]) => ticks.map(price) },
  ],
  series: [
    {
      label: "UTC",
      value: (_: uPlot, seconds: number | null) => (seconds === null ? "—" : minuteOf(seconds * 1000)),
    },
    ...lines.map((line) => ({
      label: line.name,
      width: 1.5,
      spanGaps: false,
      value: (_: uPlot, value: number | null) => (value === null ? "—" : price(value)),
      ...line.style(palette),
    })),
  ],
});

interface Props {
  readonly gpu: string;
  readonly purchase: Purchase;
  readonly offers: readonly Offer[];
  /** Time of the offers. */
  readonly answeredAt: string;
  /** The index now; null where there is none. */
  readonly indexNow: number | null;
}

/** The book as it stands, as the last point: a bucket that has not ended has no row yet. */
const present = (offers: readonly Offer[], at: string): PriceRow | null => {
  const usable = offers.filter((offer) => offer.flags.length === 0 && !isOld(offer));
  const prices = usable.map(({ usd_per_gpu_hour }) => usd_per_gpu_hour).sort((a, b) => a - b);
  if (prices.length === 0) return null;
  const middle = (prices[(prices.length - 1) >> 1]! + prices[prices.length >> 1]!) / 2;
  return { at, min: prices[0]!, median: middle, reason: null };
};

/** Price history: cheapest, median and index, and each provider's cheapest. Drag zooms, a double click goes back. */
export const History = ({ gpu, purchase, offers, answeredAt, indexNow }: Props) => {
  const { params } = usePlace();
  const range = oneOf(params.range, ranges);
  const span = windowOf(range, offers, serverNow());
  const query = { gpu, purchase, from: span.from, to: span.to, interval: span.interval };
  const prices = useAnswer<readonly PriceRow[]>(pathOf("/v1/prices", { ...query, stat: "min,median" }), {
    scope: `${gpu} ${purchase}`,
  });
  const index = useAnswer<readonly IndexRow[]>(pathOf("/v1/index", query), { scope: `${gpu} ${purchase}` });
  const providers = params.by === "provider" ? topProviders(offers) : [];
  const sellers = useAnswers<readonly PriceRow[]>(
    providers.map((provider) => pathOf("/v1/prices", { ...query, provider, stat: "min" })),
  );

  const last = span.past ? null : present(offers, answeredAt);
  const rows = [...(prices.answer?.data ?? []), ...(last === null ? [] : [last])];
  const indexAt = byTime(index.answer?.data, (row) => row.value).set(last?.at ?? "", indexNow);
  const lines: readonly Line[] = [
    {
      name: "Cheapest",
      values: rows.map((row) => row.min ?? null),
      style: ({ muted }) => ({ stroke: muted }),
    },
    {
      name: "Median",
      values: rows.map((row) => row.median ?? null),
      style: ({ text }) => ({ stroke: text, dash: [4, 3] }),
    },
    {
      name: "Index",
      values: rows.map((row) => indexAt.get(row.at) ?? null),
      style: ({ accent }) => ({ stroke: accent, width: 2.5 }),
    },
    ...providers.map((provider, i): Line => {
      const at = byTime(sellers[i]?.data, (row) => row.min);
      const { colour, dash } = styleOf(provider);
      if (last !== null) {
        const own = present(
          offers.filter((offer) => offer.provider === provider),
          last.at,
        );
        at.set(last.at, own?.min ?? null);
      }
      return {
        name: provider,
        values: rows.map((row) => at.get(row.at) ?? null),
        style: ({ series }) => ({ stroke: series[colour] ?? "", dash: [...dash] }),
      };
    }),
  ];
  const any = lines.some((line) => line.values.some((value) => value !== null));
  const data = [
    rows.map((row) => Date.parse(row.at) / 1000),
    ...lines.map(({ values }) => [...values]),
  ] as uPlot.AlignedData;
  const table = rows.map((row, i) => ({ row, values: lines.map((line) => line.values[i] ?? null) }));

  return (
    <Panel
      title="Price history"
      note={`$/GPU-h, ${span.interval} buckets${span.past ? `; nothing newer than ${dayOf(Date.parse(span.to) - 86_400_000)}` : ""}`}
      busy={prices.busy}
      tools={
        <>
          <Segmented
            label="Range"
            value={range}
            options={[
              ["7d", "7 d"],
              ["30d", "30 d"],
              ["90d", "90 d"],
              ["1y", "1 y"],
              ["all", "All"],
            ]}
            onChange={(value) => patch({ range: value === "30d" ? null : value })}
          />
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
        <div class="table-box tall">
          <DataTable
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
        </div>
      ) : any ? (
        <Chart
          label={`Price history of ${gpu}, ${purchase}: cheapest, median and index in dollars per GPU-hour`}
          height={260}
          data={data}
          signature={JSON.stringify([gpu, purchase, lines.map(({ name }) => name)])}
          options={optionsOf(lines)}
        />
      ) : (
        <p class="chart-note">
          {prices.busy ? "Loading…" : "No fresh price in this span. A longer range may have some."}
        </p>
      )}
    </Panel>
  );
};
