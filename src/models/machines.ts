import { type BookOffer, gpusBehind } from "../domain/book.ts";

/** One machine of a provider, or one listing where machines are not named. */
export interface MachineRow {
  /** Its cheapest row per GPU. */
  readonly offer: BookOffer;
  /** Its free GPUs: the most that any of its rows has behind it. */
  readonly gpus: number;
}

/** The same with what its rows tell. */
export interface MergedMachine extends MachineRow {
  /** The most that any of its rows tells to be free; null where none tells. */
  readonly freeGpus: number | null;
  /** GPUs of its largest package. */
  readonly gpuCount: number;
}

/** Free GPUs as told; null where the venue does not tell, or only what an order may be at most. */
const toldGpus = ({ availableGpus, availableIs }: BookOffer): number | null =>
  availableIs === "ceiling" ? null : availableGpus;

const most = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);

/** What tells machines of different providers apart; null where the offer names no machine. */
export const machineKey = (offer: BookOffer): string | null =>
  offer.machineId === null ? null : `${offer.provider}\n${offer.machineId}`;

/**
 * Slices of one machine (1x, 2x, 4x listed side by side) become one row, as they are the same GPUs. Expects offers
 * by price, keeps that order, and returns the rows left out. Empty gives empty.
 */
export const mergeSlices = (
  sorted: readonly BookOffer[],
): { readonly rows: readonly MergedMachine[]; readonly slices: readonly BookOffer[] } => {
  const rows: MergedMachine[] = [];
  const slices: BookOffer[] = [];
  // Machines within providers: joined names of fifty thousand machines take longer to make than to look up.
  const rowsOf = new Map<string, Map<string, Writable<MergedMachine>>>();
  for (const offer of sorted) {
    const { provider, machineId } = offer;
    const own = machineId === null ? undefined : ownOf(rowsOf, provider);
    const known = own?.get(machineId!);
    if (known) {
      known.gpus = Math.max(known.gpus, gpusBehind(offer));
      known.freeGpus = most(known.freeGpus, toldGpus(offer));
      known.gpuCount = Math.max(known.gpuCount, offer.gpuCount);
      slices.push(offer);
      continue;
    }
    const row = { offer, gpus: gpusBehind(offer), freeGpus: toldGpus(offer), gpuCount: offer.gpuCount };
    rows.push(row);
    own?.set(machineId!, row);
  }
  return { rows, slices };
};

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

const ownOf = <T>(byProvider: Map<string, Map<string, T>>, provider: string): Map<string, T> => {
  const known = byProvider.get(provider);
  if (known) return known;
  const made = new Map<string, T>();
  byProvider.set(provider, made);
  return made;
};
