import type { Offer } from "../api-types.ts";
import { count, instant, plural } from "../lib/format.ts";
import { readSort, sorted, writeSort } from "../lib/sort.ts";
import { freshFirst } from "../lib/staleness.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Legend } from "../parts/legend.tsx";
import { Panel } from "../parts/panel.tsx";
import { offerColumns } from "./offer-columns.tsx";

const raw = (offer: Offer): string => {
  const fx = offer.fx_rate === null ? "" : ` at ${offer.fx_rate} USD of ${offer.fx_date}`;
  return `${offer.price_raw} ${offer.unit_raw} (${offer.currency}${fx})`;
};

const includes = ({ includes: host }: Offer): string | null =>
  host &&
  [
    host.cpu_cores && `${host.cpu_cores} CPU cores`,
    host.ram_gib && `${host.ram_gib} GiB RAM`,
    host.disk_gib && `${host.disk_gib} GiB disk`,
  ]
    .filter(Boolean)
    .join(", ");

const Detail = ({ offer }: { offer: Offer }) => {
  const facts: readonly (readonly [string, string | null])[] = [
    ["As the venue writes it", `${offer.gpu_raw}: ${raw(offer)}`],
    ["Includes", includes(offer)],
    ["Smallest rental", plural(offer.min_gpus, "GPU")],
    ["Minimum stay", offer.min_hours === null ? null : plural(offer.min_hours, "hour")],
    ["Term", offer.term_months === null ? null : plural(offer.term_months, "month")],
    ["Last changed", instant(Date.parse(offer.changed_at))],
    ["First seen", instant(Date.parse(offer.first_seen_at))],
    ["Source", offer.source],
    ["Jurisdiction", offer.jurisdiction],
    ["Listing", offer.listing_id],
  ];
  return (
    <dl class="pairs">
      {facts
        .filter(([, text]) => text !== null && text !== "")
        .map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      {offer.source_url && (
        <div>
          <dt>Where it was read</dt>
          <dd>
            <a href={offer.source_url} target="_blank" rel="noreferrer">
              {offer.source_url}
            </a>
          </dd>
        </div>
      )}
    </dl>
  );
};

/** Every offer of the GPU in the book; a row opens to what the venue wrote. */
export const Offers = ({
  offers,
  more,
  busy,
}: {
  offers: readonly Offer[];
  more: boolean;
  busy: boolean;
}) => {
  const { params } = usePlace();
  const columns = offerColumns;
  const sort = readSort(params.sort);
  const value = columns.find(({ key }) => key === sort?.key)?.sortValue;
  const fresh = offers.filter((offer) => offer.fresh);
  const shown = params.only === "fresh" ? fresh : freshFirst(offers);
  const rows = sort && value ? sorted(shown, value, sort.descending) : shown;
  const opened = params.listing ?? null;
  return (
    <Panel
      title="Offers"
      note={`${plural(offers.length, "offer")}${more ? ", the cheapest of more" : ""}; a row opens`}
      busy={busy}
      tools={
        <label class="check">
          <input
            type="checkbox"
            checked={params.only === "fresh"}
            onChange={() => patch({ only: params.only === "fresh" ? null : "fresh" })}
          />
          Fresh only ({count(fresh.length)})
        </label>
      }
    >
      <DataTable
        caption="Offers, per GPU and in total"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.listing_id}
        sort={sort}
        onSort={(next) => patch({ sort: writeSort(next) })}
        onOpen={(row) => patch({ listing: opened === row.listing_id ? null : row.listing_id })}
        rowClass={(row) => (row.fresh ? "" : "dim")}
        opened={opened}
        detail={(row) => <Detail offer={row} />}
        empty={
          offers.length === 0
            ? "Nobody offers it on these terms."
            : "No offer was confirmed lately. Untick “Fresh only” for the old ones."
        }
      />
      <Legend />
    </Panel>
  );
};
