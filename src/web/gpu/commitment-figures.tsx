import type { Commitment } from "../api-types.ts";
import { dollars, interval, share, signedMoney } from "../lib/format.ts";
import { ShareBar } from "../parts/bars.tsx";
import { Figure } from "../parts/figure.tsx";
import { Known } from "../parts/known.tsx";

const short = "the history is too short";

const decisions: Readonly<Record<NonNullable<Commitment["decision"]>, string>> = {
  commit: "Commit",
  wait: "Wait",
  close: "Close call",
};

/** How much must be used for the contract to pay at the expected price. */
const usedWords = (utilisation: number | null): string =>
  utilisation === null ? "not known" : utilisation > 1 ? "never" : `with ${share(utilisation)} of hours used`;

/** The decision and what it stands on. */
export const CommitmentFigures = ({ data }: { data: Commitment }) => {
  const { npv, decision, p_undercut, break_even, spot } = data;
  return (
    <dl class="figures">
      <Figure label="Decision">
        <span class="large">{decision === null ? "No decision" : decisions[decision]}</span>
      </Figure>
      <Figure label="Saved at the expected price (NPV), range over trends">
        <Known value={npv.value} format={signedMoney} why={short} />{" "}
        <small>{interval(npv.low, npv.high, signedMoney) ?? "no range"}</small>
      </Figure>
      <Figure label="Chance that the market turns out cheaper">
        {p_undercut !== null && <ShareBar value={p_undercut} />}
        <Known value={p_undercut} format={share} why={short} />
      </Figure>
      <Figure label="Breaks even at">
        <Known value={break_even.usd_per_gpu_hour} format={dollars} why="no hour is used" />{" "}
        <small>
          a GPU-hour; at {dollars(spot.expected_usd_per_gpu_hour ?? spot.usd_per_gpu_hour)}{" "}
          {usedWords(break_even.utilisation)}
        </small>
      </Figure>
      <Figure label="Nine in ten outcomes">
        {interval(data.low_outcome_usd, data.high_outcome_usd, signedMoney) ?? "—"}
      </Figure>
    </dl>
  );
};
