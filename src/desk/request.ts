import { badInput } from "../errors.ts";

/** Throws `bad_input` naming the field where GPUs are not a positive whole number or hours not positive. */
export const checkAmounts = ({ gpus, hours }: { readonly gpus: number; readonly hours: number }): void => {
  if (!Number.isSafeInteger(gpus) || gpus < 1)
    throw badInput("gpus", `must be a whole number from 1, got ${gpus}`);
  if (!Number.isFinite(hours) || hours <= 0) throw badInput("hours", `must be above 0, got ${hours}`);
};

/** Throws `bad_input` naming the field where a part is not within (0, 1]. */
export const checkShare = (field: string, share: number | undefined): void => {
  if (share !== undefined && !(share > 0 && share <= 1))
    throw badInput(field, `must be above 0 and at most 1, got ${share}`);
};
