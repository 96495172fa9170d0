import type { Forward, ForwardTenor } from "../api-types.ts";
import { dollars } from "../lib/format.ts";
import { type Frame, frameOf, ticksTo } from "../lib/scale.ts";
import { Axes } from "../parts/axes.tsx";
import { Picture } from "../parts/picture.tsx";
import { type Mark, PictureLegend } from "../parts/picture-legend.tsx";
import { monthTicks, priceSpan } from "./forward-shape.ts";

const height = 280;

const Step = ({ tenor, frame }: { tenor: ForwardTenor; frame: Frame }) => {
  const [from, to] = [frame.x(tenor.from_months), frame.x(tenor.months)];
  return (
    <>
      {tenor.low !== null && tenor.high !== null && (
        <rect
          class="area-forward"
          x={from}
          width={to - from}
          y={frame.y(tenor.high)}
          height={Math.max(1, frame.y(tenor.low) - frame.y(tenor.high))}
        />
      )}
      {tenor.forward !== null && (
        <line class="forward" x1={from} x2={to} y1={frame.y(tenor.forward)} y2={frame.y(tenor.forward)} />
      )}
    </>
  );
};

const Level = ({ kind, usd, frame }: { kind: string; usd: number | null; frame: Frame }) =>
  usd === null ? null : (
    <line class={kind} x1={frame.left} x2={frame.right} y1={frame.y(usd)} y2={frame.y(usd)} />
  );

const marksOf = ({ spot, floor, tenors }: Forward): readonly Mark[] => [
  ["dot-rate", "rate of the whole term"],
  ["forward", "forward with its range over quotes"],
  tenors.some(({ flag }) => flag !== null) && ["dot-flag", "flagged: no price of later months"],
  spot.value !== null && ["spot", `index on demand ${dollars(spot.value)}`],
  floor.full !== null && ["full", `operating floor ${dollars(floor.full)}`],
  floor.avoidable !== null && ["avoidable", `avoidable cost ${dollars(floor.avoidable)}`],
];

/** Rates of terms as points, what they imply for the months between as steps, spot and floors as lines. */
export const ForwardPicture = ({ data }: { data: Forward }) => {
  const { tenors, spot, floor } = data;
  const months = tenors.at(-1)?.months ?? 0;
  const { from, to } = priceSpan(data);
  return (
    <>
      <Picture height={height} label={`Forward curve: ${tenors.length} tenors up to ${months} months`}>
        {(width) => {
          const frame = frameOf({ width, height, xTo: months, yFrom: from, yTo: to });
          return (
            <>
              <Axes
                frame={frame}
                xTicks={monthTicks(tenors)}
                yTicks={ticksTo(to, 5, from)}
                xText={String}
                xName="months"
                yName="$/GPU-h"
              />
              {spot.low !== null && spot.high !== null && (
                <rect
                  class="area-spot"
                  x={frame.left}
                  width={frame.right - frame.left}
                  y={frame.y(spot.high)}
                  height={Math.max(1, frame.y(spot.low) - frame.y(spot.high))}
                />
              )}
              <Level kind="spot" usd={spot.value} frame={frame} />
              <Level kind="full" usd={floor.full} frame={frame} />
              <Level kind="avoidable" usd={floor.avoidable} frame={frame} />
              {tenors.map((tenor) => (
                <Step key={tenor.months} tenor={tenor} frame={frame} />
              ))}
              {tenors.map(({ months: month, rate, from_months, forward, flag }) => (
                <g key={month}>
                  <circle class="dot-rate" cx={frame.x(month)} cy={frame.y(rate)} r="3.5" />
                  {flag !== null && forward !== null && (
                    <circle
                      class="dot-flag"
                      cx={frame.x((from_months + month) / 2)}
                      cy={frame.y(forward)}
                      r="4.5"
                    />
                  )}
                </g>
              ))}
            </>
          );
        }}
      </Picture>
      <PictureLegend marks={marksOf(data)} />
    </>
  );
};
