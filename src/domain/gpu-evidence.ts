import type { GpuEvidence } from "./gpu.ts";
import type { GpuRow } from "./gpu-rows.ts";

/** Printed and configured watts differ by this share. */
const powerTolerance = 0.03;

const draws = (card: GpuRow, powerW: number): boolean =>
  card.tdpW !== null && Math.abs(powerW - card.tdpW) <= powerTolerance * card.tdpW;

/** A link that every such card has (SXM), and any NVLink (a bridge between two boards counts). */
const isLinked = (card: GpuRow): boolean => /^NVLink( \d|-)/.test(card.interconnect ?? "");
const canLink = (card: GpuRow): boolean => card.interconnect === null || /NVLink/.test(card.interconnect);

/**
 * True when the card cannot be what was seen. A card can be limited below its power but not above; a link can be
 * unseen (a machine of one) but not made up; a limit below and no link together speak against a card with both.
 */
const isRuledOut = (card: GpuRow, { powerW, nvlink }: GpuEvidence): boolean => {
  const full = card.tdpW === null || powerW == null || draws(card, powerW);
  if (nvlink === true && !canLink(card)) return true;
  if (full) return false;
  return powerW! > card.tdpW! || (nvlink === false && isLinked(card));
};

/**
 * The cards that evidence leaves of those that a name can mean; all of them where it tells nothing. When the pieces
 * contradict each other or the name, and the kin hold a card that they fit, the answer is the kin: no guess.
 * Power that is not finite and positive tells nothing.
 */
export const leftByEvidence = (
  cards: readonly GpuRow[],
  kin: readonly GpuRow[],
  { powerW, nvlink = null }: GpuEvidence,
): readonly GpuRow[] => {
  const watts = powerW != null && Number.isFinite(powerW) && powerW > 0 ? powerW : null;
  const remains = (card: GpuRow): boolean => !isRuledOut(card, { powerW: watts, nvlink });
  const left = cards.filter(remains);
  const named = watts === null ? [] : cards.filter((card) => draws(card, watts));
  const torn = named.length > 0 && !named.some(remains);
  if (left.length > 0 && !torn) return left;
  return kin.some(remains) ? kin : cards;
};
