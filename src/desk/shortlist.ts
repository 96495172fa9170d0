import type { BookOffer } from "../domain/book.ts";

/** An offer of one block size as the shortlist looks at it. */
interface Ranked {
  readonly offer: BookOffer;
  readonly cost: number;
}

const blockOf = (offer: BookOffer): number => Math.min(offer.minGpus, offer.gpuCount);

const sellsNothing = (offer: BookOffer): boolean =>
  !(blockOf(offer) >= 1) || (offer.availableGpus !== null && offer.availableGpus < blockOf(offer));

/**
 * The offers among which a cheapest cover of `need` GPUs lies. A cover without waste uses at most `need` over the
 * smallest block machines, so of each block size it needs no more than that many cheapest machines beside its own
 * ceil(need / block): a dearer one could be exchanged for a free cheaper one. Keeps the order of the offers.
 */
export const shortlist = (
  offers: readonly BookOffer[],
  need: number,
  costOf: (offer: BookOffer) => number,
): readonly BookOffer[] => {
  const bySize = new Map<number, Ranked[]>();
  let smallest = Number.POSITIVE_INFINITY;
  for (const offer of offers) {
    if (sellsNothing(offer)) continue;
    const block = blockOf(offer);
    if (block < smallest) smallest = block;
    const ranked = { offer, cost: costOf(offer) };
    const same = bySize.get(block);
    if (same) same.push(ranked);
    else bySize.set(block, [ranked]);
  }
  const machines = Math.ceil(need / smallest);
  const kept = new Set<BookOffer>();
  for (const [block, same] of bySize) {
    for (const offer of cheapestMachines(same, machines + Math.ceil(need / block))) kept.add(offer);
  }
  return kept.size === offers.length ? offers : offers.filter((offer) => kept.has(offer));
};

/** The rows of the `most` cheapest machines of one block size; a row that names no machine is one. */
const cheapestMachines = (same: readonly Ranked[], most: number): readonly BookOffer[] => {
  if (same.length <= most) return same.map(({ offer }) => offer);
  const sorted = inOrder(same) ? same : same.toSorted((a, b) => a.cost - b.cost);
  const machines = new Set<string | BookOffer>();
  const kept: BookOffer[] = [];
  for (const { offer } of sorted) {
    machines.add(offer.machineId === null ? offer : `${offer.provider}\n${offer.machineId}`);
    if (machines.size > most) break;
    kept.push(offer);
  }
  return kept;
};

const inOrder = (ranked: readonly Ranked[]): boolean =>
  ranked.every(({ cost }, i) => i === 0 || ranked[i - 1]!.cost <= cost);
