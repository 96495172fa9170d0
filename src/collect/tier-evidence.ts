import type { Book } from "../domain/book.ts";
import { listingKey, type Offer } from "../domain/offer.ts";
import { leastTierShare, type PriceEvidence } from "../domain/plausibility.ts";
import type { PriceBands } from "../domain/price-bands.ts";
import { inSteps } from "./in-steps.ts";

type TierEvidence = Pick<PriceEvidence, "otherTier" | "leastElsewhere" | "placeholder">;

/**
 * What other tiers and others than the provider ask, for an offer of a pull that may be a placeholder; null for one
 * that is not below half of its provider's other tier and was not taken for a placeholder before.
 */
export const tierEvidence = async (
  offers: readonly Offer[],
  book: Book,
  bands: PriceBands,
): Promise<(offer: Offer) => TierEvidence | null> => {
  const isSound = soundness(bands);
  const [source] = offers.map((offer) => offer.source);
  const providers = new Set<string>();
  const byTier = new Map<string, number>();
  const placeholders = new Map<string, number>();
  const add = (offer: Offer): void => {
    if (!hasTier(offer) || !isSound(offer)) return;
    const key = `${cellOf(offer)}|${offer.tier}`;
    byTier.set(key, Math.min(byTier.get(key) ?? Number.POSITIVE_INFINITY, offer.usdPerGpuHour));
  };
  await inSteps(offers, (offer) => {
    if (hasTier(offer)) providers.add(offer.provider);
    add(offer);
  });
  if (providers.size === 0) return () => null;
  await inSteps(book.offers, (offer) => {
    if (!providers.has(offer.provider)) return;
    if (offer.source !== source) add(offer);
    else if (offer.flags.includes("tier_ratio")) placeholders.set(listingKey(offer), offer.usdPerGpuHour);
  });
  const leastOf = leastElsewhere(offers, book, isSound);
  return (offer) => {
    if (!hasTier(offer)) return null;
    const other = offer.tier === "secure" ? "community" : "secure";
    const otherTier = byTier.get(`${cellOf(offer)}|${other}`) ?? null;
    const placeholder = placeholders.size === 0 ? null : (placeholders.get(listingKey(offer)) ?? null);
    const isLow = otherTier !== null && offer.usdPerGpuHour < otherTier * leastTierShare;
    if (!isLow && placeholder === null) return null;
    return { otherTier, leastElsewhere: leastOf(offer), placeholder };
  };
};

/** Terms differ too much for reserved prices to be compared. */
const hasTier = ({ tier, purchase }: Offer): boolean => tier !== null && purchase !== "reserved";

const cellOf = ({ provider, gpu, purchase }: Offer): string => `${provider}|${gpu}|${purchase}`;

/** A price that is no doubt of itself: of a whole card, inside its band and not flagged when it was last seen. */
const soundness =
  (bands: PriceBands) =>
  ({ flags, gpu, usdPerGpuHour: price }: Offer): boolean => {
    if (flags.length > 0) return false;
    const { low, high } = bands.of(gpu);
    return price >= low && price <= high;
  };

/** The least that others ask: other providers that do not resell it, and other machines of its own. */
const leastElsewhere = (
  offers: readonly Offer[],
  book: Book,
  isSound: (offer: Offer) => boolean,
): ((offer: Offer) => number | null) => {
  const cells = new Map<string, readonly Offer[]>();
  return ({ provider, gpu, purchase, machineId }) => {
    const key = `${gpu}|${purchase}`;
    const asks =
      cells.get(key) ??
      [...offers.filter((other) => other.gpu === gpu), ...(book.byGpu.get(gpu) ?? [])]
        .filter((other) => other.purchase === purchase && isSound(other))
        .sort((a, b) => a.usdPerGpuHour - b.usdPerGpuHour);
    cells.set(key, asks);
    const isElse = (other: Offer): boolean =>
      other.upstream !== provider &&
      (other.provider !== provider ||
        (machineId !== null && other.machineId !== null && other.machineId !== machineId));
    return asks.find(isElse)?.usdPerGpuHour ?? null;
  };
};
