import type { Offer } from "../api-types.ts";
import { count, price, share } from "../lib/format.ts";
import { regionWords } from "../lib/words.ts";
import { Age } from "../parts/age.tsx";
import type { Column } from "../parts/data-table.tsx";
import { Price } from "../parts/price.tsx";
import { Unknown } from "../parts/unknown.tsx";

const untold = <Unknown why="the venue does not tell" />;

/** Flags, and whether nobody confirmed it for so long that it decides nothing. */
const flagsOf = ({ flags, expired }: Offer): string =>
  [...(expired ? ["expired"] : []), ...flags].join(", ").replaceAll("_", " ");

export const offerColumns: readonly Column<Offer>[] = [
  {
    key: "provider",
    label: "Provider",
    sortValue: (row) => row.provider,
    cell: (row) => (
      <>
        {row.provider} {row.upstream && <small>from {row.upstream}</small>}
      </>
    ),
  },
  {
    key: "price",
    label: "Price",
    unit: "$/GPU-h",
    align: "right",
    sortValue: (row) => row.usd_per_gpu_hour,
    cell: (row) => (
      <Price
        usd={row.usd_per_gpu_hour}
        executable={row.executable}
        stale={!row.fresh}
        at={row.observed_at === null ? null : Date.parse(row.observed_at)}
      />
    ),
  },
  {
    key: "total",
    label: "Total",
    unit: "$/h",
    align: "right",
    sortValue: (row) => row.usd_per_hour,
    cell: (row) => price(row.usd_per_hour),
  },
  {
    key: "count",
    label: "GPUs",
    unit: "in the offer",
    align: "right",
    sortValue: (row) => row.gpu_count,
    cell: (row) => count(row.gpu_count),
  },
  {
    key: "free",
    label: "Free",
    unit: "GPUs",
    align: "right",
    descendingFirst: true,
    sortValue: (row) => row.available_gpus,
    cell: (row) =>
      row.available_gpus === null ? (
        <Unknown why="the venue does not tell how many are free" />
      ) : (
        count(row.available_gpus)
      ),
  },
  {
    key: "region",
    label: "Region",
    sortValue: (row) => row.region,
    cell: (row) => regionWords(row.region) ?? untold,
  },
  { key: "country", label: "Country", sortValue: (row) => row.country, cell: (row) => row.country ?? untold },
  { key: "tier", label: "Tier", sortValue: (row) => row.tier, cell: (row) => row.tier ?? untold },
  {
    key: "reliability",
    label: "Reliability",
    align: "right",
    descendingFirst: true,
    sortValue: (row) => row.reliability,
    cell: (row) => (row.reliability === null ? untold : share(row.reliability)),
  },
  {
    key: "flags",
    label: "Flags",
    cell: (row) =>
      flagsOf(row) === "" ? "" : <span title="stays out of index, quotes and routes">{flagsOf(row)}</span>,
  },
  {
    key: "age",
    label: "Age",
    align: "right",
    sortValue: (row) => row.age_s,
    cell: (row) => <Age at={row.observed_at} />,
  },
];
