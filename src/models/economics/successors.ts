import type { Gpu } from "../../domain/gpu.ts";
import type { Instant } from "../../domain/time.ts";

/** The first faster card of a later generation. */
export interface Successor {
  readonly gpu: string;
  /** Its architecture; a refresh of one counts as the same. */
  readonly generation: string;
  readonly launchedAt: Instant;
}

/** The first day of the month of announcement; null where it is not told. */
export const launchInstant = ({ launch }: Pick<Gpu, "launch">): Instant | null => {
  const instant = launch === null ? Number.NaN : Date.parse(`${launch}-01T00:00:00Z`);
  return Number.isNaN(instant) ? null : instant;
};

/**
 * Generations of the vendor in the card's class that began after it was launched, each as its first card that is
 * faster both in dense FP16 and in memory, oldest first: those are the launches that make the card worth less. A
 * card without launch, class, architecture or rates: none.
 */
export const successorsOf = (gpu: Gpu, all: readonly Gpu[]): readonly Successor[] => {
  const launched = launchInstant(gpu);
  if (launched === null || gpu.class === null) return [];
  const peers = all.filter((other) => other.vendor === gpu.vendor && other.class === gpu.class);
  const begun = firstOfEach(peers.flatMap(asSuccessor));
  const later = new Set(begun.filter((each) => each.launchedAt > launched).map((each) => each.generation));
  const faster = peers.filter((other) => isFaster(other, gpu)).flatMap(asSuccessor);
  return firstOfEach(faster.filter(({ generation }) => later.has(generation)));
};

const firstOfEach = (launches: readonly Successor[]): Successor[] => {
  const seen = new Set<string>();
  return [...launches]
    .sort((a, b) => a.launchedAt - b.launchedAt || (a.gpu < b.gpu ? -1 : 1))
    .filter(({ generation }) => !seen.has(generation) && seen.add(generation));
};

/** "Blackwell Ultra" is a refresh of Blackwell. */
const generationOf = ({ architecture }: Gpu): string | null => architecture?.replace(/ Ultra$/, "") ?? null;

const isFaster = (a: Gpu, b: Gpu): boolean =>
  isMore(a.fp16Tflops, b.fp16Tflops) && isMore(a.memoryBandwidthGbps, b.memoryBandwidthGbps);

const isMore = (a: number | null, b: number | null): boolean => a !== null && b !== null && a > b;

const asSuccessor = (gpu: Gpu): Successor[] => {
  const launchedAt = launchInstant(gpu);
  const generation = generationOf(gpu);
  return launchedAt === null || generation === null ? [] : [{ gpu: gpu.id, generation, launchedAt }];
};
