import type { Demand, Equilibrium, SupplyStep } from "../api-types.ts";
import { dollars } from "../lib/format.ts";
import { type Frame, linePath } from "../lib/scale.ts";
import { type Mark, PictureLegend } from "../parts/picture-legend.tsx";
import { StackPicture } from "./stack-picture.tsx";
import { allSupply, demandPoints, type StackStep, stackEdge } from "./supply-shape.ts";

const height = 284;

const largest = (values: readonly (number | null | undefined)[]): number =>
  Math.max(0, ...values.map((value) => value ?? 0));

const Meeting = ({ at, frame, shocked }: { at: Equilibrium; frame: Frame; shocked: boolean }) => {
  if (at.price === null || at.gpus === null) return null;
  const low = at.low ?? at.price;
  // An open bound runs to the top; without both there is no band.
  const high = at.high ?? (at.low === null ? at.price : Number.POSITIVE_INFINITY);
  const [few, many] = [at.gpus_low ?? at.gpus, at.gpus_high ?? at.gpus];
  const [top, bottom] = [Math.max(frame.top, frame.y(high)), frame.y(low)];
  return (
    <>
      <rect
        class={shocked ? "area-shocked" : "area-band"}
        x={frame.x(few)}
        width={Math.max(1, Math.min(frame.right, frame.x(many)) - frame.x(few))}
        y={top}
        height={Math.max(1, bottom - top)}
      />
      <circle
        class={shocked ? "dot-shocked" : "dot-now"}
        cx={frame.x(at.gpus)}
        cy={frame.y(at.price)}
        r="4"
      />
    </>
  );
};

const Rented = ({ steps, frame }: { steps: readonly StackStep[]; frame: Frame }) => {
  const rented = steps.find((step) => step.rented);
  if (rented === undefined) return null;
  const { gpus, cumulative_gpus: to, usd_per_gpu_hour: usd } = rented;
  return (
    <rect
      class="area-rented"
      x={frame.x(to - gpus)}
      width={frame.x(to) - frame.x(to - gpus)}
      y={frame.y(usd)}
      height={frame.bottom - frame.y(usd)}
    />
  );
};

/** Prices are drawn up to so many times the equilibrium: what lies far above would hide where the two meet. */
const mostOfEquilibrium = 3;

/** Where the axis of prices ends, and whether offers lie above it. */
const topOf = (steps: readonly StackStep[], { equilibrium, shocked }: Demand) => {
  const meeting = largest([equilibrium.price, shocked?.price]);
  const highest = largest([...steps.map(({ usd_per_gpu_hour }) => usd_per_gpu_hour), meeting]);
  const isCut = meeting > 0 && highest > mostOfEquilibrium * meeting;
  return { highest, isCut, top: isCut ? mostOfEquilibrium * meeting : highest * 1.08 };
};

const marksOf = (data: Demand, changed: boolean): readonly Mark[] => [
  ["stack", data.demand.reason === null ? "supply: free and rented GPUs" : "supply: free GPUs"],
  data.demand.reason === null && ["area-rented", "rented, at the price of their venues"],
  data.equilibrium.price !== null && ["demand", "demand"],
  data.equilibrium.price !== null && ["dot-now", "equilibrium"],
  data.equilibrium.price !== null && ["area-band", "its band"],
  changed && data.shocks.supply !== 0 && ["shocked", "supply and demand after the shocks"],
  changed && data.shocked?.price != null && ["dot-shocked", "equilibrium after the shocks"],
];

/** Supply and demand over GPUs, where they meet with its band, and where they would after the shocks. */
export const DemandPicture = ({ data, free }: { data: Demand; free: readonly SupplyStep[] }) => {
  const { equilibrium, shocked, shocks, elasticity } = data;
  const steps = allSupply(free, data.demand);
  const stack = steps.at(-1)?.cumulative_gpus ?? 0;
  const total = largest([
    stack,
    stack * (1 + shocks.supply),
    equilibrium.gpus_high,
    equilibrium.gpus,
    shocked?.gpus,
  ]);
  const { top, highest, isCut } = topOf(steps, data);
  const word = equilibrium.price === null ? "no equilibrium" : `equilibrium ${dollars(equilibrium.price)}`;
  if (total === 0) return <p class="chart-note">No current offer to hold demand against.</p>;
  return (
    <>
      <StackPicture
        kind="demand-supply"
        height={height}
        label={`Supply and demand: ${word}`}
        steps={steps}
        gpusTo={total}
        usdTo={top}
      >
        {(frame) => (
          <>
            <Rented steps={steps} frame={frame} />
            {shocked && shocks.supply !== 0 && (
              <path
                class="shocked"
                d={`M${frame.left} ${frame.bottom}${stackEdge(steps, frame, 1 + shocks.supply)}`}
              />
            )}
            <path
              class="demand"
              d={linePath(demandPoints(equilibrium, elasticity.value, total, top), frame)}
            />
            {shocked && (
              <path
                class="shocked"
                d={linePath(demandPoints(shocked, elasticity.value, total, top), frame)}
              />
            )}
            <Meeting at={equilibrium} frame={frame} shocked={false} />
            {shocked && <Meeting at={shocked} frame={frame} shocked />}
          </>
        )}
      </StackPicture>
      <PictureLegend marks={marksOf(data, shocked !== null)} />
      {isCut && <p class="chart-note">Offers up to {dollars(highest)} lie above the picture.</p>}
    </>
  );
};
