import type { Supply } from "../api-types.ts";
import { count, dollars } from "../lib/format.ts";
import { type Frame, linePath } from "../lib/scale.ts";
import { type Mark, PictureLegend } from "../parts/picture-legend.tsx";
import { StackPicture } from "./stack-picture.tsx";
import { powerPoints, risingEdge } from "./supply-shape.ts";

const height = 240;

/** What stands in the picture, with its words. */
const marksOf = ({ fit, isotonic, walk, truncated_above }: Supply, gpus: number): readonly Mark[] => [
  ["stack", "offers by price"],
  fit?.a != null && [
    "fit",
    `power fit ${dollars(fit.a)} × Q^${fit.b?.toFixed(2)}${fit.r2 === null ? "" : `, R² ${fit.r2.toFixed(2)}`}`,
  ],
  (isotonic?.length ?? 0) > 0 && ["rising", "isotonic line"],
  ["marker", `${count(gpus)} GPUs`],
  walk?.vwap != null && ["vwap", `their average ${dollars(walk.vwap)}`],
  truncated_above !== null && ["blind", "blind from here on"],
];

const Marks = ({ frame, supply, gpus }: { frame: Frame; supply: Supply; gpus: number }) => {
  const { walk, truncated_above: blind } = supply;
  return (
    <>
      {walk?.vwap != null && (
        <line
          class="vwap"
          x1={frame.left}
          x2={frame.x(gpus)}
          y1={frame.y(walk.vwap)}
          y2={frame.y(walk.vwap)}
        />
      )}
      {blind !== null && (
        <>
          <rect
            class="area-blind"
            x={frame.left}
            width={frame.right - frame.left}
            y={frame.top}
            height={Math.max(0, frame.y(blind) - frame.top)}
          />
          <line class="blind" x1={frame.left} x2={frame.right} y1={frame.y(blind)} y2={frame.y(blind)} />
        </>
      )}
    </>
  );
};

/** The stack as steps with its fits, the GPUs asked for at their average, and where a cut pull is blind. */
export const SupplySteps = ({ supply, gpus }: { supply: Supply; gpus: number }) => {
  const { steps } = supply;
  const total = steps.at(-1)?.cumulative_gpus ?? 0;
  const top = Math.max(...steps.map(({ usd_per_gpu_hour }) => usd_per_gpu_hour)) * 1.08;
  return (
    <>
      <StackPicture
        kind="supply"
        height={height}
        label={`Supply: ${count(total)} GPUs from ${dollars(steps[0]!.usd_per_gpu_hour)} up`}
        steps={steps}
        gpusTo={total}
        usdTo={top}
      >
        {(frame) => (
          <>
            <Marks frame={frame} supply={supply} gpus={gpus} />
            {supply.isotonic && supply.isotonic.length > 0 && (
              <path
                class="rising"
                d={`M${frame.left} ${frame.y(supply.isotonic[0]!.usd_per_gpu_hour)}${risingEdge(supply.isotonic, frame)}`}
              />
            )}
            <path class="fit" d={linePath(powerPoints(supply.fit, total, top), frame)} />
            {gpus <= total && (
              <line class="marker" x1={frame.x(gpus)} x2={frame.x(gpus)} y1={frame.top} y2={frame.bottom} />
            )}
          </>
        )}
      </StackPicture>
      <PictureLegend marks={marksOf(supply, gpus)} />
    </>
  );
};
