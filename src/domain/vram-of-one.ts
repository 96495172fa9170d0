import type { GpuQuery, GpuTable } from "./gpu.ts";

/**
 * Memory of one card in GiB where a row may tell that of all its cards: the figure as it is where the GPU (by name or
 * instance type) can have it or is not known, its share of `gpuCount` cards where only that fits. Null stays null.
 */
export const vramOfOne = (
  { name, instanceType = null, vramGib = null }: GpuQuery,
  gpuCount: number,
  { resolve, membersOf }: Pick<GpuTable, "resolve" | "membersOf">,
): number | null => {
  if (vramGib === null || !(gpuCount > 1)) return vramGib;
  const { gpu } = resolve({ name, instanceType });
  if (gpu.startsWith("unknown:")) return vramGib;
  const members = membersOf(gpu);
  const fits = (gib: number): boolean => members.includes(resolve({ name: gpu, vramGib: gib }).gpu);
  if (fits(vramGib)) return vramGib;
  // A total is rounded to whole GiB, which counts where a driver keeps some of the memory back.
  const share = vramGib / gpuCount;
  return [share, (vramGib + 0.5) / gpuCount].some(fits) ? share : vramGib;
};
