import type { Meta, Purchase, Supply } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { type Loaded, useAnswer } from "../lib/use-answer.ts";

export interface SupplyView extends Omit<Loaded<Supply>, "answer"> {
  readonly supply: Supply | null;
  readonly meta: Meta | undefined;
  /** The stack is of this past instant, as nothing is current. */
  readonly datedAt: number | null;
}

/** The supply stack; where no offer is current, the one at the time of the newest offer, dated. */
export const useSupply = (
  gpu: string,
  purchase: Purchase,
  gpus: number,
  newest: number | null,
): SupplyView => {
  const scope = `${gpu} ${purchase}`;
  const present = useAnswer<Supply>(pathOf("/v1/curves/supply", { gpu, purchase, gpus }), { scope });
  const isEmpty = present.answer?.data.steps.length === 0;
  const at = isEmpty && newest !== null ? new Date(newest).toISOString() : null;
  const path = at === null ? null : pathOf("/v1/curves/supply", { gpu, purchase, gpus, at });
  const past = useAnswer<Supply>(path, { scope: `${scope} past`, poll: false });
  const dated = at !== null && past.answer !== null && past.answer.data.steps.length > 0;
  return {
    failure: present.failure,
    busy: present.busy,
    reload: present.reload,
    supply: dated ? past.answer.data : (present.answer?.data ?? null),
    meta: (dated ? past : present).answer?.meta,
    datedAt: dated ? newest : null,
  };
};
