import type { PowerFit, Supply } from "../api-types.ts";
import { count, dollars, plural } from "../lib/format.ts";
import { type Frame, linePath } from "../lib/scale.ts";
import { type Mark, PictureLegend } from "../parts/picture-legend.tsx";
import { StackPicture } from "./stack-picture.tsx";
import { blindFrom, gpusOf, powerPoints, risingEdge } from "./supply-shape.ts";

const height = 264;

const fitWords = ({ a, b, r2 }: PowerFit): string =>
  `power fit: the Q-th GPU costs ${dollars(a!)} × Q^${b?.toFixed(2)}${r2 === null ? "" : ` (R² ${r2.toFixed(2)})`}`;

/** What stands in the picture, with its words. */
const marksOf = (supply: Supply, gpus: number): readonly Mark[] => {
  const { fit, isotonic, steps } = supply;
  return [
    ["stack", "offers by price"],
    fit?.a != null && ["fit", fitWords(fit)],
    (isotonic?.length ?? 0) > 0 && ["rising", "isotonic: the same at average quality, never falling"],
    gpus <= gpusOf(steps) && ["marker", plural(gpus, "GPU")],
    blindFrom(supply) !== null && ["blind", "blind from here on"],
  ];
};

const BlindArea = ({ frame, supply }: { frame: Frame; supply: Supply }) => {
  const blind = blindFrom(supply);
  if (blind === null) return null;
  return (
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
  );
};

/** The stack as steps with its fits, the GPUs asked for, and where a cut pull is blind. */
export const SupplySteps = ({ supply, gpus }: { supply: Supply; gpus: number }) => {
  const { steps } = supply;
  const total = gpusOf(steps);
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
            <BlindArea frame={frame} supply={supply} />
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
