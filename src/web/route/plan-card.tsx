import type { Plan } from "../api-types.ts";
import { dollars, money, plural } from "../lib/format.ts";
import { anyOld } from "../lib/staleness.ts";
import { purchaseWords } from "../lib/words.ts";
import { Age, instantOf } from "../parts/age.tsx";
import { Figure } from "../parts/figure.tsx";
import { LegsTable } from "../parts/legs-table.tsx";
import { gpuPlace, Link } from "../parts/link.tsx";
import { Panel } from "../parts/panel.tsx";
import { Sentences } from "../parts/sentences.tsx";
import { Standing } from "../parts/standing.tsx";

const title = (index: number): string =>
  index === 0 ? "Best plan" : index === 1 ? "Runner-up" : `Plan ${index + 1}`;

/** One plan: what it costs in lines that add up, where it runs, why, and what to mind. */
export const PlanCard = ({
  plan,
  index,
  gpus,
  answeredAt,
}: {
  plan: Plan;
  index: number;
  gpus: number;
  answeredAt: string;
}) => {
  const stale = anyOld(plan.legs);
  const oldestAt = instantOf(answeredAt, plan.worst_age_s);
  const perHour = plan.legs.reduce((sum, leg) => sum + leg.usd_per_hour, 0);
  return (
    <Panel
      title={title(index)}
      note={
        <>
          <Link to={gpuPlace(plan.gpu)}>{plan.gpu}</Link> · {purchaseWords[plan.purchase].toLowerCase()} ·{" "}
          <Standing executable={plan.executable} stale={stale} oldestAt={oldestAt} />
          {!stale && oldestAt !== null && (
            <>
              {" "}
              · oldest price <Age at={oldestAt} ago />
            </>
          )}
        </>
      }
    >
      <dl class={`figures ${stale ? "stale-text" : ""}`}>
        <Figure label={`Total for ${plural(plan.expected_hours, "hour")}`}>{money(plan.expected_usd)}</Figure>
        <Figure label="Per GPU-hour">{dollars(perHour / gpus)}</Figure>
        <Figure label="Per hour, all GPUs">{money(perHour)}</Figure>
        <Figure label="GPUs rented">
          {plan.gpus_rented} <small>for {gpus} asked</small>
        </Figure>
      </dl>
      <LegsTable legs={plan.legs} answeredAt={answeredAt} />
      <div class="inside stack">
        <div>
          <h3>Cost</h3>
          <table>
            <tbody>
              {plan.cost_lines.map((line) => (
                <tr key={line.label}>
                  <td class="wrap">{line.label}</td>
                  <td class="right">{money(line.usd)}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <td>Total</td>
                <td class="right">{money(plan.expected_usd)}</td>
              </tr>
            </tfoot>
          </table>
        </div>
        <Sentences title="Why" lines={plan.why} />
        <Sentences title="Mind" lines={plan.warnings} warn />
      </div>
    </Panel>
  );
};
