import type { Book } from "../domain/book.ts";
import type { Instant } from "../domain/time.ts";
import { findPlans } from "./plans.ts";
import type { RouteDeps, RouteRequest } from "./route-request.ts";

/** Fields of a request that forbid something and can be given up one by one. */
const givable = [
  "regions",
  "countries",
  "jurisdictions",
  "providers",
  "tier",
  "min_reliability",
  "min_sla_uptime",
  "interconnect",
  "confidential",
  "max_usd_per_gpu_hour",
  "max_total_usd",
  "single_provider",
  "max_provider_share",
  "executable_only",
] as const satisfies readonly (keyof RouteRequest)[];

export type Givable = (typeof givable)[number] | "interruptible";

/** Constraints of an infeasible request each of which, given up alone, would leave a plan. */
export const removableAlone = (
  book: Book,
  request: RouteRequest,
  now: Instant,
  deps: RouteDeps,
): Givable[] => {
  const isFeasible = (relaxed: RouteRequest): boolean =>
    findPlans(book, relaxed, now, deps, 1).plans.length > 0;
  const asked = givable.filter((field) => request[field] !== undefined && request[field] !== false);
  const fields: Givable[] = asked.filter((field) => isFeasible({ ...request, [field]: undefined }));
  if (!request.interruptible && isFeasible({ ...request, interruptible: true })) fields.push("interruptible");
  return fields;
};
