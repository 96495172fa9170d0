import type { Spread } from "../api-types.ts";
import { count, decimal, interval, plural } from "../lib/format.ts";
import { barely, withUnit } from "../lib/units.ts";
import type { Column } from "../parts/data-table.tsx";
import { Hint } from "../parts/hint.tsx";
import { Refused } from "../parts/refused.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { type SpreadLine, shownEstimators } from "./spread-lines.ts";

const isLog = ({ unit }: Spread): boolean => unit === "log points";

const Value = ({ spread }: { spread: Spread }) => {
  if (spread.value === null) return <Refused reason={spread.reason} />;
  if (!isLog(spread)) return <>{withUnit(spread.value, spread.unit)}</>;
  return (
    <>
      {barely(spread.value, spread.unit)}{" "}
      <small>
        {decimal(spread.value, 3)} <Hint word="log points" />
      </small>
    </>
  );
};

const Bounds = ({ spread: { value, low, high, unit } }: { spread: Spread }) =>
  value === null ? null : (
    <span>
      {interval(low, high, (bound) => barely(bound, unit)) ?? (
        <Unknown why="too little to say how sure it is" />
      )}
    </span>
  );

const HalfLife = ({ of }: { of: Spread }) =>
  of.value === null ? (
    <Refused reason={of.reason} />
  ) : (
    <span title={`95 % interval from ${plural(of.n, "day")}`}>
      {barely(of.value, of.unit)}{" "}
      <small>{interval(of.low, of.high, (bound) => barely(bound, of.unit))}</small>
    </span>
  );

const valueCell = ({ spread, isBase }: SpreadLine) => {
  if (spread !== null) return <Value spread={spread} />;
  return isBase ? "reference" : <Unknown why="it has no offer in the present fit" />;
};

/** The columns of the spreads; each estimator stands once, at its first line. */
export const spreadColumns = (lines: readonly SpreadLine[]): readonly Column<SpreadLine>[] => {
  const estimators = shownEstimators(lines);
  return [
    {
      key: "name",
      label: "Spread",
      cell: ({ name, of }) => (
        <span class="words">
          {name} {of !== null && <small>{of}</small>}
        </span>
      ),
    },
    { key: "value", label: "Value", align: "right", cell: valueCell },
    {
      key: "interval",
      label: "95 % interval",
      align: "right",
      cell: ({ spread }) => spread && <Bounds spread={spread} />,
    },
    {
      key: "half",
      label: "Half-life",
      unit: "of the basis, days",
      title: "How long until half of a deviation from it is gone: ln 0.5 / ln phi of an AR(1) of daily basis",
      align: "right",
      cell: ({ halfLife }) => halfLife && <HalfLife of={halfLife} />,
    },
    {
      key: "n",
      label: "n",
      align: "right",
      title: "Observations behind the spread",
      cell: ({ spread }) => spread && count(spread.n),
    },
    {
      key: "by",
      label: "Estimator",
      cell: (line) => <small class="words wide">{estimators[lines.indexOf(line)]}</small>,
    },
  ];
};
