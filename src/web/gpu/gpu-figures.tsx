import type { Best, MarketRow } from "../api-types.ts";
import { count, dollars, instant } from "../lib/format.ts";
import { indexReason } from "../lib/words.ts";
import { Age, instantOf } from "../parts/age.tsx";
import { Percent } from "../parts/percent.tsx";
import { Price } from "../parts/price.tsx";
import { Unknown } from "../parts/unknown.tsx";

const noBase = "no price to compare with at that time";

const When = ({ at }: { at: string | number | null }) => (
  <small>
    <Age at={at} why="its time is not known" />
  </small>
);

const BestPrice = ({ best, terms, answeredAt }: { best: Best | null; terms: string; answeredAt: string }) => {
  if (best === null) return <Unknown why={`nobody offers it ${terms}`} />;
  const at = instantOf(answeredAt, best.age_s);
  return (
    <>
      <Price usd={best.usd_per_gpu_hour} executable={best.executable} stale={!best.fresh} at={at} />{" "}
      <small>
        {best.provider}, <Age at={at} />
      </small>
    </>
  );
};

const IndexNow = ({ row, answeredAt }: { row: MarketRow; answeredAt: string }) => {
  const why = indexReason(row.index_reason);
  if (row.index !== null)
    return (
      <>
        {dollars(row.index)} <When at={answeredAt} />
      </>
    );
  if (row.index_last === null) return <Unknown why={`no index: ${why}`} />;
  return (
    <span class="stale-text" title={`Index of ${instant(Date.parse(row.index_last.at))}; none now: ${why}`}>
      {dollars(row.index_last.value)}{" "}
      <small>
        <Age at={row.index_last.at} />
      </small>
    </span>
  );
};

/** The GPU's row of the market as figures, each with its time. */
export const GpuFigures = ({ row, answeredAt }: { row: MarketRow; answeredAt: string }) => (
  <dl class="figures boxed">
    <div>
      <dt>Best on demand, $/GPU-h</dt>
      <dd>
        <BestPrice best={row.best_on_demand} terms="on demand" answeredAt={answeredAt} />
      </dd>
    </div>
    <div>
      <dt>Best spot, $/GPU-h</dt>
      <dd>
        <BestPrice best={row.best_spot} terms="as spot" answeredAt={answeredAt} />
      </dd>
    </div>
    <div>
      <dt>Index on demand, per GPU-hour</dt>
      <dd>
        <IndexNow row={row} answeredAt={answeredAt} />
      </dd>
    </div>
    <div>
      <dt>1 d and 7 d, on demand</dt>
      <dd>
        <Percent value={row.change_1d_percent} why={noBase} /> <small>·</small>{" "}
        <Percent value={row.change_7d_percent} why={noBase} />{" "}
        {(row.change_1d_percent ?? row.change_7d_percent) !== null && <When at={answeredAt} />}
      </dd>
    </div>
    <div>
      <dt>Free GPUs</dt>
      <dd>
        {row.fresh_free_gpus === null ? (
          <Unknown why="no venue that is current tells how many are free" />
        ) : (
          <>
            {count(row.fresh_free_gpus)} <When at={instantOf(answeredAt, row.age_s)} />
          </>
        )}
      </dd>
    </div>
    <div>
      <dt>Listings at providers</dt>
      <dd>
        {count(row.fresh_listings)} <small>at</small> {count(row.fresh_providers)}
        {row.listings > row.fresh_listings && (
          <small> of {count(row.listings)}, the others from earlier pulls</small>
        )}{" "}
        <When at={instantOf(answeredAt, row.age_s)} />
      </dd>
    </div>
  </dl>
);
