import type { GpuEvidence } from "./gpu.ts";
import { leftByEvidence } from "./gpu-evidence.ts";
import { architecturesIn, formsIn, type GpuName, isQualifier, parseGpuName, runsOf } from "./gpu-name.ts";
import type { GpuRow } from "./gpu-rows.ts";

/** Memory figures may differ by this share (a marketing GB is not a GiB, and drivers keep some back). */
const vramTolerance = 0.07;
/** Figures of `vram_also` are what venues print, so they must fit closely. */
const printedTolerance = 0.01;

/** An alias in the table: the row it names, and the memory that the alias itself states. */
interface Entry {
  readonly row: GpuRow;
  readonly vramGib: number | null;
}

/** `vramGib` and `evidence` narrow what the name can mean; null tells nothing. */
export type NameMatcher = (
  name: GpuName,
  vramGib: number | null,
  evidence?: GpuEvidence | null,
) => GpuRow | null;

export interface GpuFamilies {
  /** The cards of a family, those of its families too; a card is its own. */
  readonly cardsOf: (row: GpuRow) => readonly GpuRow[];
  /** Smallest first. */
  readonly families: readonly { readonly row: GpuRow; readonly cards: ReadonlySet<GpuRow> }[];
}

/** True when a card with that much memory can be this one; a family when one of its cards can. */
export const acceptsVram = (cards: readonly GpuRow[], vramGib: number): boolean =>
  cards.some(
    (card) =>
      card.vramGib === null ||
      near(vramGib, card.vramGib, vramTolerance) ||
      card.vramAlsoGib.some((printed) => near(vramGib, printed, printedTolerance)),
  );

const near = (value: number, target: number, tolerance: number): boolean =>
  Math.abs(value - target) <= tolerance * target + 1e-9;

export const buildFamilies = (rows: readonly GpuRow[]): GpuFamilies => {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const cardsOf = (row: GpuRow, seen: readonly GpuRow[] = []): readonly GpuRow[] => {
    if (row.members.length === 0) return [row];
    const members = row.members
      .flatMap((id) => byId.get(id) ?? [])
      .filter((member) => !seen.includes(member));
    return [...new Set(members.flatMap((member) => cardsOf(member, [...seen, row])))];
  };
  const families = rows
    .filter((row) => row.members.length > 0)
    .map((row) => ({ row, cards: new Set(cardsOf(row)) }))
    .sort((a, b) => a.cards.size - b.cards.size);
  const cards = new Map(rows.map((row) => [row, cardsOf(row)]));
  return { cardsOf: (row) => cards.get(row) ?? [row], families };
};

/**
 * Matches names against the aliases of the table. The answer is a card, the smallest family that holds every card
 * it can be, or null; never a guess.
 */
export const buildNameMatcher = (
  rows: readonly GpuRow[],
  { cardsOf, families }: GpuFamilies,
): NameMatcher => {
  const index = indexAliases(rows);

  const smallestHolding = (cards: readonly GpuRow[]): GpuRow | null => {
    if (cards.length <= 1) return cards[0] ?? null;
    return families.find((family) => cards.every((card) => family.cards.has(card)))?.row ?? null;
  };
  const siblingsOf = (cards: readonly GpuRow[]): GpuRow[] => [
    ...new Set(
      families
        .filter((family) => cards.some((card) => family.cards.has(card)))
        .flatMap((family) => [...family.cards]),
    ),
  ];

  const kinOf = (cards: readonly GpuRow[], vramGib: number | null): GpuRow[] =>
    siblingsOf(cards).filter((card) => fits(card, vramGib, []));

  return (name, vramGib, evidence) => {
    const found = findEntries(index, name.words);
    if (found === null) return null;
    const candidates = candidateCards(found.entries, vramGib, cardsOf);
    const fitting = candidates.filter((card) => fits(card, vramGib, found.qualifiers));
    const told = { ...evidence, nvlink: evidence?.nvlink ?? (name.nvlink || null) };
    if (fitting.length > 0) return smallestHolding(leftByEvidence(fitting, kinOf(fitting, vramGib), told));
    return smallestHolding(siblingsOf(candidates).filter((card) => fits(card, vramGib, name.words)));
  };
};

const fits = (card: GpuRow, vramGib: number | null, words: readonly string[]): boolean =>
  (vramGib === null || acceptsVram([card], vramGib)) &&
  formsIn(words).every((form) => card.formFactor?.toLowerCase().includes(form)) &&
  architecturesIn(words).every((word) => card.architecture?.toLowerCase().includes(word));

const indexAliases = (rows: readonly GpuRow[]): ReadonlyMap<string, Entry[]> => {
  const index = new Map<string, Entry[]>();
  for (const row of rows) {
    const instanceTypes = new Set(row.instanceTypes);
    const names = row.aliases.filter((alias) => !instanceTypes.has(alias));
    for (const text of [row.id, row.name, ...names]) {
      const { words, vramGib } = parseGpuName(text);
      const key = words.join("");
      const entries = index.get(key) ?? [];
      if (!entries.some((entry) => entry.row === row && entry.vramGib === vramGib))
        entries.push({ row, vramGib });
      index.set(key, entries);
    }
  }
  index.delete("");
  return index;
};

/** The longest run of words that is an alias, if all other words leave it the same card. */
const findEntries = (
  index: ReadonlyMap<string, Entry[]>,
  words: readonly string[],
): { entries: readonly Entry[]; qualifiers: readonly string[] } | null => {
  for (const { key, before, after } of runsOf(words)) {
    const entries = index.get(key);
    if (!entries) continue;
    const harmless =
      before.every((word) => isQualifier(word) || /^\d$/.test(word)) && after.every(isQualifier);
    if (!harmless) return null;
    return { entries, qualifiers: [...before, ...after] };
  }
  return null;
};

/**
 * The cards that the aliases can mean. An alias that states the memory counts only when the memory is that; where
 * one such alias belongs to a card, the table has said which card that name and memory mean.
 */
const candidateCards = (
  entries: readonly Entry[],
  vramGib: number | null,
  cardsOf: GpuFamilies["cardsOf"],
): readonly GpuRow[] => {
  const stated = entries.filter((entry) => entry.vramGib !== null);
  const plain = entries.filter((entry) => entry.vramGib === null);
  const stating = stated.filter(
    (entry) => vramGib !== null && entry.vramGib !== null && near(vramGib, entry.vramGib, vramTolerance),
  );
  const named = stating.filter((entry) => entry.row.members.length === 0);
  const usable =
    named.length > 0 ? named : plain.length > 0 || stating.length > 0 ? [...plain, ...stating] : stated;
  return [...new Set(usable.flatMap((entry) => cardsOf(entry.row)))];
};
