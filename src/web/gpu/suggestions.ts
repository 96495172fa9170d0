import type { Failure } from "../lib/client.ts";

/** Ids near an unknown GPU, as the API suggests; null where the failure is another. */
export const suggestionsOf = (failure: Failure | null): readonly string[] | null => {
  if (failure?.kind !== "problem" || failure.problem.status !== 404) return null;
  const fault = failure.problem.errors?.find(({ field }) => field === "gpu");
  return fault === undefined ? null : (fault.allowed ?? []);
};
