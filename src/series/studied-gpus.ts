import type { Book } from "../domain/book.ts";
import type { GpuTable } from "../domain/gpu.ts";
import type { IndexedGpu } from "./index-record.ts";

/** Every known GPU and family that has an offer in the book, by id, with the ids that a query for it covers. */
export const studiedGpus = ({ byGpu }: Book, gpus: GpuTable): IndexedGpu[] =>
  gpus.all
    .map(({ id }) => ({ id, ids: new Set(gpus.membersOf(id)) }))
    .filter(({ ids }) => [...ids].some((id) => byGpu.has(id)));
