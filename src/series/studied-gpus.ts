import type { Book } from "../domain/book.ts";
import type { GpuTable } from "../domain/gpu.ts";
import type { StudiedGpu } from "../fits/studies.ts";

/** Every known GPU and family. */
export const everyGpu = (gpus: GpuTable): StudiedGpu[] =>
  gpus.all.map(({ id }) => ({ id, ids: new Set(gpus.membersOf(id)) }));

/** Those that have an offer in the book. */
export const inBook = (gpus: readonly StudiedGpu[], { byGpu }: Book): StudiedGpu[] =>
  gpus.filter(({ ids }) => [...ids].some((id) => byGpu.has(id)));
