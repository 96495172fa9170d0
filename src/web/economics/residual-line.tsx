import type { Economics } from "../api-types.ts";
import { frameOf, linePath, ticksTo } from "../lib/scale.ts";
import { Axes } from "../parts/axes.tsx";
import { Picture } from "../parts/picture.tsx";
import { PictureLegend } from "../parts/picture-legend.tsx";

const height = 200;

/** What a GPU is worth by its age, with its age today. */
export const ResidualLine = ({ row }: { row: Economics }) => {
  const known = row.residual.flatMap(({ age_years, usd }) =>
    usd === null ? [] : [[age_years, usd] as const],
  );
  if (known.length < 2) return <p class="chart-note">What it is worth by its age is not known.</p>;
  const years = Math.max(...known.map(([age]) => age), row.age_years ?? 0);
  const most = Math.max(...known.map(([, usd]) => usd)) * 1.05;
  return (
    <>
      <Picture height={height} label={`Residual value over ${years.toFixed(0)} years of age, in dollars`}>
        {(width) => {
          const frame = frameOf({ width, height, xTo: years, yTo: most });
          return (
            <>
              <Axes
                frame={frame}
                xTicks={ticksTo(years, 8).filter(Number.isInteger)}
                yTicks={ticksTo(most, 4)}
                xText={(age) => `${age} y`}
                xName="years of age"
                yName="$"
              />
              <path d={linePath(known, frame)} />
              {row.age_years !== null && (
                <line
                  class="vwap"
                  x1={frame.x(row.age_years)}
                  x2={frame.x(row.age_years)}
                  y1={frame.top}
                  y2={frame.bottom}
                />
              )}
              {row.age_years !== null && row.residual_now_usd !== null && (
                <circle
                  class="dot-rate"
                  cx={frame.x(row.age_years)}
                  cy={frame.y(row.residual_now_usd)}
                  r="4"
                />
              )}
            </>
          );
        }}
      </Picture>
      <PictureLegend
        marks={[
          ["worth", "worth in $ by age"],
          ...(row.age_years === null ? [] : [["vwap", "its age today"] as const]),
        ]}
      />
    </>
  );
};
