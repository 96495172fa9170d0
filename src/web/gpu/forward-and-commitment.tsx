import type { Forward, Purchase } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { numberIn } from "../lib/location.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { usePlace } from "../lib/use-place.ts";
import { CommitmentPanel } from "./commitment-panel.tsx";
import { ForwardPanel } from "./forward-panel.tsx";
import { mostRatePercent } from "./forward-shape.ts";

/** What terms cost, and whether one of them is worth it; both at the same cost of capital. */
export const ForwardAndCommitment = ({
  gpu,
  purchase,
  gpus,
}: {
  gpu: string;
  purchase: Purchase;
  gpus: number;
}) => {
  const { params } = usePlace();
  const percent = numberIn(params.rate, 0, mostRatePercent, -1);
  const view = useAnswer<Forward>(
    pathOf("/v1/curves/forward", { gpu, rate: percent < 0 ? null : percent / 100 }),
    { scope: gpu },
  );
  return (
    <div class="stack">
      <ForwardPanel view={view} wrongRate={percent < 0} />
      <CommitmentPanel
        gpu={gpu}
        purchase={purchase === "spot" ? "spot" : "on_demand"}
        gpus={gpus}
        quotes={view.answer?.data.quotes ?? null}
      />
    </div>
  );
};
