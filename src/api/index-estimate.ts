import type { Purchase } from "../domain/purchase.ts";
import type { StudiedGpu } from "../fits/studies.ts";
import { cellIndex } from "../models/cell.ts";
import { bounded, type Estimate, refused } from "../models/statistics/estimate.ts";
import type { ApiContext, Asked } from "./context.ts";

/** The weighted median of a GPU with its interval, USD per GPU-hour; null with the reason of the index. */
export const indexEstimate = async (
  { studies }: ApiContext,
  asked: Asked,
  gpu: StudiedGpu,
  purchase: Purchase,
): Promise<Estimate> => {
  const { value, reason, nProviders } = cellIndex(asked.book, gpu.ids, purchase, asked.now);
  if (value === null) return refused(reason ?? "empty", nProviders);
  if (purchase === "reserved") return bounded(value, null, null, nProviders);
  const study = await studies.of(gpu, asked);
  const { low, high } = study[purchase === "spot" ? "spot" : "onDemand"].headline;
  return bounded(value, low, high, nProviders);
};
