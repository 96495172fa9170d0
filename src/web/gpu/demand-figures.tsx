import type { Demand, Equilibrium } from "../api-types.ts";
import { count, dollars, figure, interval, plural, share } from "../lib/format.ts";
import { demandReason } from "../lib/words.ts";
import { Estimated } from "../parts/estimated.tsx";
import { Figure } from "../parts/figure.tsx";
import { Hint } from "../parts/hint.tsx";

const whole = (gpus: number): string => count(Math.round(gpus));

/** The reason stands in the notice below. */
const NotPrinted = () => <span class="refused">— not printed: see below</span>;

const Meeting = ({ label, at }: { label: string; at: Equilibrium }) => (
  <Figure label={label}>
    {at.price === null || at.gpus === null ? (
      <NotPrinted />
    ) : (
      <>
        {dollars(at.price)} <small>{interval(at.low, at.high, dollars) ?? "no interval"}</small>{" "}
        <small>·</small> {whole(at.gpus)}{" "}
        <small>GPUs, {interval(at.gpus_low, at.gpus_high, whole) ?? "no interval"}</small>
      </>
    )}
  </Figure>
);

/** How the elasticity was found; nothing for one that was assumed. */
const Tests = ({ of: { first_stage_f: f, least_squares: plain } }: { of: Demand["elasticity"] }) => (
  <small>
    {f !== null && (
      <>
        , <Hint word="first-stage F" /> {figure(f)}
      </>
    )}
    {plain !== null && `, least squares ${figure(plain)}`}
  </small>
);

/** Utilisation, how demand answers to price, and where it meets supply; what is refused says why. */
export const DemandFigures = ({ data }: { data: Demand }) => {
  const { demand, elasticity, kappa, equilibrium, shocked } = data;
  return (
    <dl class="figures">
      <Figure label="Reported utilisation">
        {demand.utilisation === null ? (
          <span class="refused">— {demandReason(demand.reason)}</span>
        ) : (
          <>
            {share(demand.utilisation)} <small>at {plural(demand.venues, "venue")}</small>
          </>
        )}
      </Figure>
      <Figure label={`Elasticity of demand${elasticity.assumed ? ", assumed" : ""}`}>
        {elasticity.value === null ? <NotPrinted /> : <Estimated of={elasticity} format={figure} />}
        {elasticity.value !== null && !elasticity.assumed && <Tests of={elasticity} />}
      </Figure>
      <Figure
        label={
          <>
            <Hint word="kappa">Kappa</Hint>, % fewer rentals per % dearer
          </>
        }
      >
        {kappa.value === null ? <NotPrinted /> : <Estimated of={kappa} format={figure} />}
      </Figure>
      <Meeting label="Equilibrium now" at={equilibrium} />
      {shocked && <Meeting label="After the shocks" at={shocked} />}
    </dl>
  );
};
