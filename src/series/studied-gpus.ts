import type { Book } from "../domain/book.ts";
import type { GpuTable } from "../domain/gpu.ts";

/** A GPU or family with the ids that a query for it covers. */
export interface IndexedGpu {
  readonly id: string;
  readonly ids: ReadonlySet<string>;
}

/** Every known GPU and family. */
export const everyGpu = (gpus: GpuTable): IndexedGpu[] =>
  gpus.all.map(({ id }) => ({ id, ids: new Set(gpus.membersOf(id)) }));

/** Those that have an offer in the book. */
export const inBook = (gpus: readonly IndexedGpu[], { byGpu }: Book): IndexedGpu[] =>
  gpus.filter(({ ids }) => [...ids].some((id) => byGpu.has(id)));
