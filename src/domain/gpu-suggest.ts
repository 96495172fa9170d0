import type { Gpu } from "./gpu.ts";

const suggestions = 5;
/** Below this likeness a suggestion would only confuse. */
const leastLikeness = 0.45;

/** Builds the look-up of ids that look like a text, nearest first, at most five. Empty text suggests nothing. */
export const buildSuggest = (gpus: readonly Gpu[]): ((text: string) => readonly string[]) => {
  const targets = gpus.map((gpu) => ({
    id: gpu.id,
    keys: [...new Set([gpu.id, gpu.name, ...gpu.aliases].map(compact))],
    tokens: new Set(gpu.id.split("-")),
  }));
  return (text) => {
    const key = compact(text).slice(0, 40);
    if (key === "") return [];
    const tokens = text
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter(Boolean);
    return targets
      .map(({ id, keys, tokens: own }) => ({
        id,
        score: Math.max(overlap(tokens, own), ...keys.map((other) => likeness(key, other))),
      }))
      .filter(({ score }) => score >= leastLikeness)
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
      .slice(0, suggestions)
      .map(({ id }) => id);
  };
};

const compact = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, "");

/** Share of words in common, 0 to just below 1, so that a whole match by letters goes first. */
const overlap = (tokens: readonly string[], own: ReadonlySet<string>): number => {
  const shared = new Set(tokens.filter((token) => own.has(token))).size;
  return (0.95 * shared) / Math.max(1, new Set([...tokens, ...own]).size);
};

/** A text of three letters or more that is a part of the other is liker than one with a letter changed. */
export const likeness = (a: string, b: string): number =>
  a.length > 2 && b.includes(a) ? 0.7 + (0.3 * a.length) / b.length : editLikeness(a, b);

/**
 * 1 for equal texts, 0 for texts that share nothing: the edits between them over the longer length. A letter put in,
 * left out or changed and two letters swapped are one edit each (optimal string alignment).
 */
const editLikeness = (a: string, b: string): number => {
  const longer = Math.max(a.length, b.length);
  if (Math.abs(a.length - b.length) > longer * (1 - leastLikeness)) return 0;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const edits = Math.min(changed, above[j]! + 1, row[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(swapped ? Math.min(edits, before[j - 2]! + 1) : edits);
    }
    before = above;
    above = row;
  }
  return 1 - above[b.length]! / longer;
};
