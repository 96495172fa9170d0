import type { ComponentChildren } from "preact";
import type { SupplyStep } from "../api-types.ts";
import { count } from "../lib/format.ts";
import { type Frame, frameOf, ticksTo } from "../lib/scale.ts";
import { Axes } from "../parts/axes.tsx";
import { Picture } from "../parts/picture.tsx";
import { stackEdge } from "./supply-shape.ts";

/** A stack of GPUs by price on its axes, with more drawn over it; what is dearer than `usdTo` ends at the top. */
export const StackPicture = ({
  kind,
  label,
  height,
  steps,
  gpusTo,
  usdTo,
  children,
}: {
  kind: string;
  label: string;
  height: number;
  steps: readonly Pick<SupplyStep, "gpus" | "cumulative_gpus" | "usd_per_gpu_hour">[];
  gpusTo: number;
  usdTo: number;
  children: (frame: Frame) => ComponentChildren;
}) => (
  <Picture kind={kind} height={height} label={label}>
    {(width) => {
      const whole = frameOf({ width, height, xTo: gpusTo, yTo: usdTo });
      const frame: Frame = { ...whole, y: (usd) => whole.y(Math.min(usd, usdTo)) };
      return (
        <>
          <Axes
            frame={frame}
            xTicks={ticksTo(gpusTo, 5)}
            yTicks={ticksTo(usdTo, 5)}
            xText={(gpus) => count(Math.round(gpus))}
            xName="GPUs"
            yName="$/GPU-h"
          />
          <path
            class="stack"
            d={`M${frame.left} ${frame.bottom}${stackEdge(steps, frame)}V${frame.bottom}Z`}
          />
          {children(frame)}
        </>
      );
    }}
  </Picture>
);
