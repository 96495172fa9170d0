import { hour, type Instant } from "../../domain/time.ts";
import type { WatchedGap } from "./disappearance.ts";

/** A time over which a listing was offered at one price. */
export interface WatchedSpell {
  /** Listings with a base rate of their own. */
  readonly sku: string;
  readonly from: Instant;
  /** Until when it was seen. */
  readonly seenUntil: Instant;
  /** When it was found gone; null where it did not disappear, or nobody knows. */
  readonly goneAt: Instant | null;
  readonly usdPerGpuHour: number;
}

/** The price of the market over [from, until), USD per GPU-hour; null where there was none. */
export interface ReferencePrice {
  readonly from: Instant;
  readonly until: Instant;
  readonly usdPerGpuHour: number | null;
}

/** Relative prices closer than this, in logs, are one. */
const resolution = 1e-4;

/**
 * Spells as the gaps that `fitDisappearances` takes: the time that listings survived, joined by SKU and relative
 * price (which leaves the likelihood as it is), and each last gap between two looks that ended in a disappearance.
 * The relative price is ln of the price over the reference of that time, that of a disappearance over the reference
 * when it was last seen. Time without a reference, and prices that are not finite and positive, are left out.
 * Source: methods.md 2. Empty: empty.
 */
export const watchedGaps = (
  spells: readonly WatchedSpell[],
  references: readonly ReferencePrice[],
): WatchedGap[] => {
  const survived = new Map<string, WatchedGap>();
  const gone: WatchedGap[] = [];
  for (const spell of spells) {
    for (const reference of references) {
      const gapHours = overlapHours(spell, reference);
      const gap = gapAt(spell, reference, gapHours, false);
      if (gap === null || gapHours <= 0) continue;
      const key = `${spell.sku}\n${gap.logRelativePrice}`;
      survived.set(key, { ...gap, gapHours: gapHours + (survived.get(key)?.gapHours ?? 0) });
    }
    const last = lastGap(spell, references);
    if (last !== null) gone.push(last);
  }
  return [...survived.values(), ...gone];
};

const overlapHours = ({ from, seenUntil }: WatchedSpell, reference: ReferencePrice): number =>
  (Math.min(seenUntil, reference.until) - Math.max(from, reference.from)) / hour;

const lastGap = (spell: WatchedSpell, references: readonly ReferencePrice[]): WatchedGap | null => {
  const { seenUntil, goneAt } = spell;
  if (goneAt === null) return null;
  const reference = references.find(({ from, until }) => from <= seenUntil && seenUntil < until);
  return reference === undefined ? null : gapAt(spell, reference, (goneAt - seenUntil) / hour, true);
};

const gapAt = (
  { sku, usdPerGpuHour }: WatchedSpell,
  reference: ReferencePrice,
  gapHours: number,
  gone: boolean,
): WatchedGap | null => {
  const relative = Math.log(usdPerGpuHour / (reference.usdPerGpuHour ?? 0));
  if (!Number.isFinite(relative)) return null;
  return { gapHours, gone, logRelativePrice: Math.round(relative / resolution) * resolution, sku };
};
