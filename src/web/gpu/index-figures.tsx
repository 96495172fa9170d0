import { ageText } from "../../domain/age-text.ts";
import type { IndexPoint, Meta } from "../api-types.ts";
import { count, figure, interval, plural, share } from "../lib/format.ts";
import { indexReason } from "../lib/words.ts";
import { Age } from "../parts/age.tsx";
import { Figure } from "../parts/figure.tsx";
import { Hint } from "../parts/hint.tsx";
import { Refused } from "../parts/refused.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { indexFormat } from "./index-series.ts";

const Now = ({ row }: { row: IndexPoint }) => {
  const format = indexFormat(row.unit);
  if (row.value !== null) {
    const bounds = interval(row.low, row.high, format);
    return (
      <>
        <span class="large">{format(row.value)}</span> <small>{bounds ?? "no interval"}</small>
      </>
    );
  }
  return (
    <>
      <Refused reason={row.reason} words={indexReason} />
      {row.last && (
        <small>
          ; last {format(row.last.value)}, <Age at={row.last.at} ago />
        </small>
      )}
    </>
  );
};

const unitWords = (unit: string): string =>
  unit.startsWith("USD") ? "$/GPU-h" : "first day = 1, no price of anything";

const unweighted = "nothing was weighted, or not by provider";

/** The present index: value and interval, what it stands on, how complete and old its inputs are. */
export const IndexFigures = ({
  row,
  meta,
  weighted,
}: {
  row: IndexPoint;
  meta: Meta;
  /** A method that weighs providers. */
  weighted: boolean;
}) => (
  <dl class="figures">
    <Figure
      label={
        <>
          Index, {unitWords(row.unit)}, <Age at={row.at} ago />
          {row.vintage && ", "}
          {row.vintage === "provisional" ? <Hint word="provisional" /> : row.vintage}
        </>
      }
    >
      <Now row={row} />
    </Figure>
    <Figure label="Stands on">
      {plural(row.n_providers, "provider")}{" "}
      <small>
        {plural(row.n_listings, "listing")}, {count(row.excluded)} left out
      </small>
    </Figure>
    {weighted && (
      <Figure
        label={
          <>
            Concentration (<Hint word="HHI" />
            ), largest share
          </>
        }
      >
        {row.hhi === null ? <Unknown why={unweighted} /> : figure(row.hhi)} <small>·</small>{" "}
        {row.top_provider_share === null ? <Unknown why={unweighted} /> : share(row.top_provider_share)}
      </Figure>
    )}
    <Figure label="Seen of the market, oldest input">
      {meta.completeness === null ? (
        <Unknown why="no source is in it, or only archives that do not say whether they are whole" />
      ) : (
        share(Math.min(1, meta.completeness))
      )}{" "}
      <small>·</small>{" "}
      {meta.data_age_s === null ? <Unknown why="no source is in it" /> : ageText(meta.data_age_s)}
    </Figure>
  </dl>
);
