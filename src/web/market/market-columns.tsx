import type { Best, MarketRow } from "../api-types.ts";
import { alignedPrice, count, instant } from "../lib/format.ts";
import { indexReason } from "../lib/words.ts";
import { Age, instantOf } from "../parts/age.tsx";
import type { Column } from "../parts/data-table.tsx";
import { gpuPlace, Link } from "../parts/link.tsx";
import { Percent } from "../parts/percent.tsx";
import { Price } from "../parts/price.tsx";
import { Sparkline } from "../parts/sparkline.tsx";
import { Unknown } from "../parts/unknown.tsx";

const gapMs = 7 * 3_600_000;
const noBase = "no price to compare with at that time";

const bestCell = (best: Best | null, answeredAt: string, why: string) => {
  if (best === null) return <Unknown why={why} />;
  const at = instantOf(answeredAt, best.age_s);
  return (
    <>
      {!best.fresh && (
        <small class="stale-text">
          <Age at={at} ago />{" "}
        </small>
      )}
      <Price usd={best.usd_per_gpu_hour} executable={best.executable} stale={!best.fresh} at={at} />
    </>
  );
};

/** A count over fresh listings; the count over old ones, dimmed, where none is fresh. */
const depthCell = (row: MarketRow, fresh: number | null, all: number | null, noun: string) => {
  const shown = row.fresh ? fresh : all;
  if (shown === null) return <Unknown why="no venue tells how many are free" />;
  if (!row.fresh) {
    return (
      <span class="stale-text" title={`${noun} when last seen; none confirmed lately`}>
        {count(shown)}
      </span>
    );
  }
  return <span title={`${noun} confirmed lately; ${count(all ?? shown)} with old ones`}>{count(shown)}</span>;
};

const depthOf = (row: MarketRow, fresh: number | null, all: number | null): number | null =>
  row.fresh ? fresh : all;

const sellerCell = (best: Best | null) =>
  best === null ? null : <span class={best.fresh ? "seller" : "seller stale-text"}>{best.provider}</span>;

const indexCell = (row: MarketRow) => {
  const why = indexReason(row.index_reason);
  if (row.index !== null) return <span>{alignedPrice(row.index)}</span>;
  if (row.index_last === null) return <Unknown why={`no index: ${why}`} />;
  const at = Date.parse(row.index_last.at);
  return (
    <span class="stale-text" title={`Index of ${instant(at)}; none now: ${why}`}>
      <small>
        <Age at={at} ago />
      </small>{" "}
      {alignedPrice(row.index_last.value)}
    </span>
  );
};

const expiredWords =
  "Not confirmed for 7 days (list prices 30): shown, and out of best prices, quotes and routes";

/** Why a row has no best price: everything it has may be expired. */
const whyNone = (row: MarketRow, nobody: string): string =>
  row.listings === 0 && row.expired_listings > 0
    ? "every price is expired: not confirmed for 7 days (list prices 30)"
    : nobody;

/** Hosts run by members of a venue: beside the best price, never as it. */
const communityColumn = (answeredAt: string, nobody: string): Column<MarketRow> => ({
  key: "community",
  label: "Community",
  unit: "$/GPU-h, best",
  title: "On demand, at hosts run by members of a venue",
  align: "right",
  sortValue: (row) => row.best_on_demand_community?.usd_per_gpu_hour ?? null,
  cell: (row) => bestCell(row.best_on_demand_community, answeredAt, `${nobody} at a community host`),
});

/** The columns of the market; prices are USD per GPU-hour. */
export const marketColumns = (
  answeredAt: string,
  freshOnly: boolean,
  tier?: string,
): readonly Column<MarketRow>[] => {
  const nobody = freshOnly ? "no fresh price" : "nobody offers it";
  return [
    {
      key: "name",
      label: "GPU",
      unit: "form factor",
      sortValue: (row) => row.name,
      cell: (row) => (
        <span class="words">
          <Link to={gpuPlace(row.gpu)} tabIndex={-1}>
            {row.name}
          </Link>{" "}
          <small>{row.family ? "family" : row.form_factor}</small>
        </span>
      ),
    },
    {
      key: "vram",
      label: "Memory",
      unit: "GiB",
      align: "right",
      descendingFirst: true,
      sortValue: (row) => row.vram_gib,
      cell: (row) =>
        row.vram_gib === null ? <Unknown why="differs between its members" /> : count(row.vram_gib),
    },
    {
      key: "od",
      label: "On demand",
      unit: "$/GPU-h, best",
      align: "right",
      sortValue: (row) => row.best_on_demand?.usd_per_gpu_hour ?? null,
      cell: (row) => bestCell(row.best_on_demand, answeredAt, whyNone(row, `${nobody} on demand`)),
    },
    { key: "od_by", label: "at", cell: (row) => sellerCell(row.best_on_demand) },
    {
      key: "spot",
      label: "Spot",
      unit: "$/GPU-h, best",
      align: "right",
      sortValue: (row) => row.best_spot?.usd_per_gpu_hour ?? null,
      cell: (row) => bestCell(row.best_spot, answeredAt, whyNone(row, `${nobody} as spot`)),
    },
    { key: "spot_by", label: "at", cell: (row) => sellerCell(row.best_spot) },
    ...(tier ? [] : [communityColumn(answeredAt, nobody)]),
    {
      key: "index",
      label: "Index",
      unit: "$/GPU-h",
      title: "Weighted median of on-demand offers; published with 3 providers and 8 machines",
      align: "right",
      sortValue: (row) => row.index ?? row.index_last?.value ?? null,
      cell: indexCell,
    },
    {
      key: "free",
      label: "Free",
      unit: "GPUs",
      align: "right",
      descendingFirst: true,
      title: "Of listings confirmed within twice the interval of their source, list prices 30 days",
      sortValue: (row) => depthOf(row, row.fresh_free_gpus, row.free_gpus),
      cell: (row) => depthCell(row, row.fresh_free_gpus, row.free_gpus, "free GPUs"),
    },
    {
      key: "listings",
      label: "Listings",
      align: "right",
      descendingFirst: true,
      sortValue: (row) => depthOf(row, row.fresh_listings, row.listings),
      cell: (row) =>
        row.listings === 0 && row.expired_listings > 0 ? (
          <span class="stale-text" title={expiredWords}>
            {count(row.expired_listings)} expired
          </span>
        ) : (
          depthCell(row, row.fresh_listings, row.listings, "listings")
        ),
    },
    {
      key: "providers",
      label: "Providers",
      align: "right",
      descendingFirst: true,
      sortValue: (row) => depthOf(row, row.fresh_providers, row.providers),
      cell: (row) => depthCell(row, row.fresh_providers, row.providers, "providers"),
    },
    {
      key: "d1",
      label: "1 d",
      unit: "change",
      title: "Change of the best on-demand price in a day",
      align: "right",
      sortValue: (row) => row.change_1d_percent,
      cell: (row) => <Percent value={row.change_1d_percent} why={noBase} />,
    },
    {
      key: "d7",
      label: "7 d",
      unit: "change",
      title: "Change of the best on-demand price in seven days",
      align: "right",
      sortValue: (row) => row.change_7d_percent,
      cell: (row) => <Percent value={row.change_7d_percent} why={noBase} />,
    },
    {
      key: "line",
      label: "7 days",
      unit: "best on demand",
      cell: (row) => <Sparkline points={row.line} label={row.name} gapMs={gapMs} />,
    },
    {
      key: "age",
      label: "Age",
      unit: "newest",
      title: "Of the newest price",
      align: "right",
      sortValue: (row) => row.age_s,
      cell: (row) => (
        <span class={row.fresh ? "" : "stale-text"}>
          <Age at={instantOf(answeredAt, row.age_s)} />
        </span>
      ),
    },
  ];
};
