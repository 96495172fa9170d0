import { type BookOffer, gpusBehind } from "../domain/book.ts";

/** One machine of a provider, or one listing where machines are not named. */
export interface MachineRow {
  /** Its cheapest row per GPU. */
  readonly offer: BookOffer;
  /** Its free GPUs: the most that any of its rows has behind it. */
  readonly gpus: number;
}

/** What tells machines of different providers apart; null where the offer names no machine. */
export const machineKey = (offer: BookOffer): string | null =>
  offer.machineId === null ? null : `${offer.provider}\n${offer.machineId}`;

/**
 * Slices of one machine (1x, 2x, 4x listed side by side) become one row, as they are the same GPUs. Expects offers
 * by price, keeps that order, and returns the rows left out. Empty gives empty.
 */
export const mergeSlices = (
  sorted: readonly BookOffer[],
): { readonly rows: readonly MachineRow[]; readonly slices: readonly BookOffer[] } => {
  const rows: { offer: BookOffer; gpus: number }[] = [];
  const slices: BookOffer[] = [];
  // Machines within providers: joined names of fifty thousand machines take longer to make than to look up.
  const rowsOf = new Map<string, Map<string, { gpus: number }>>();
  for (const offer of sorted) {
    const { provider, machineId } = offer;
    const own = machineId === null ? undefined : ownOf(rowsOf, provider);
    const known = own?.get(machineId!);
    if (known) {
      known.gpus = Math.max(known.gpus, gpusBehind(offer));
      slices.push(offer);
      continue;
    }
    const row = { offer, gpus: gpusBehind(offer) };
    rows.push(row);
    own?.set(machineId!, row);
  }
  return { rows, slices };
};

const ownOf = <T>(byProvider: Map<string, Map<string, T>>, provider: string): Map<string, T> => {
  const known = byProvider.get(provider);
  if (known) return known;
  const made = new Map<string, T>();
  byProvider.set(provider, made);
  return made;
};
