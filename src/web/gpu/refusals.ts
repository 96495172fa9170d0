import type { Demand } from "../api-types.ts";
import { count, figure } from "../lib/format.ts";
import { demandReason } from "../lib/words.ts";

/** What the data do not reject even so, which holds with weak shifters too. */
const notRejected = ({ anderson_rubin: set, first_stage_f: f }: Demand["elasticity"]): string => {
  const strength = f === null ? "" : ` First-stage F: ${figure(f)}.`;
  if (set?.kind === "all") return `${strength} No elasticity is rejected by the data.`;
  if (set?.kind === "empty") return `${strength} Every elasticity is rejected, so the model does not fit.`;
  if (set?.low == null || set.high == null) return strength;
  const side = set.kind === "outside" ? "outside" : "within";
  return `${strength} What the data do not reject lies ${side} ${figure(set.low)} to ${figure(set.high)}.`;
};

/** How many were seen to disappear, where any were followed. */
const counted = ({ reason, disappearances }: Demand["kappa"]): string =>
  reason === "no_watched_machines" ? "" : ` (${count(disappearances)} so far)`;

/** Each number that the model does not print, with the reason and what would help. */
export const refusalsOf = ({
  demand,
  elasticity,
  kappa,
  equilibrium,
  shocked,
}: Demand): readonly string[] => [
  ...(elasticity.value === null
    ? [
        `Elasticity is not printed: ${demandReason(elasticity.reason)}.${notRejected(elasticity)}${demand.reason === null ? " To see a picture all the same, assume one below." : ""}`,
      ]
    : []),
  ...(kappa.value === null ? [`Kappa is not printed: ${demandReason(kappa.reason)}${counted(kappa)}.`] : []),
  ...(equilibrium.price === null ? [`No equilibrium is drawn: ${demandReason(equilibrium.reason)}.`] : []),
  ...(shocked !== null && shocked.price === null && shocked.reason !== equilibrium.reason
    ? [`After the shocks there is no equilibrium: ${demandReason(shocked.reason)}.`]
    : []),
];
