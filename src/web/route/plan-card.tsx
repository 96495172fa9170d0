import type { Plan } from "../api-types.ts";
import { age, dollars, money, plural } from "../lib/format.ts";
import { purchaseWords } from "../lib/words.ts";
import { LegsTable } from "../parts/legs-table.tsx";
import { gpuPlace, Link } from "../parts/link.tsx";
import { Panel } from "../parts/panel.tsx";
import { Sentences } from "../parts/sentences.tsx";

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
  const perHour = plan.legs.reduce((sum, leg) => sum + leg.usd_per_hour, 0);
  return (
    <Panel
      title={title(index)}
      note={
        <>
          <Link to={gpuPlace(plan.gpu)}>{plan.gpu}</Link> · {purchaseWords[plan.purchase].toLowerCase()} ·{" "}
          {plan.executable ? "executable now" : "indicative"}
          {plan.worst_age_s !== null && ` · oldest price ${age(plan.worst_age_s)}`}
        </>
      }
    >
      <dl class="figures">
        <div>
          <dt>Total for {plural(plan.expected_hours, "hour")}</dt>
          <dd>{money(plan.expected_usd)}</dd>
        </div>
        <div>
          <dt>Per GPU-hour</dt>
          <dd>{dollars(perHour / gpus)}</dd>
        </div>
        <div>
          <dt>Per hour, all GPUs</dt>
          <dd>{money(perHour)}</dd>
        </div>
        <div>
          <dt>GPUs rented</dt>
          <dd>
            {plan.gpus_rented} <small>for {gpus} asked</small>
          </dd>
        </div>
      </dl>
      <LegsTable legs={plan.legs} answeredAt={answeredAt} />
      <div class="inside stack">
        <div>
          <h3>Cost</h3>
          <table>
            <tbody>
              {plan.cost_lines.map((line) => (
                <tr key={line.label}>
                  <td class="wrap">{line.label.replace("on_demand", "on demand")}</td>
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
        <Sentences title="Why" lines={plan.why} legs={plan.legs} />
        <Sentences title="Mind" lines={plan.warnings} legs={plan.legs} warn />
      </div>
    </Panel>
  );
};
