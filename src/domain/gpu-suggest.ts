import type { Gpu } from "./gpu.ts";
import { compact, leastLikeness, likeness } from "./likeness.ts";

const suggestions = 5;

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

/** Share of words in common, 0 to just below 1, so that a whole match by letters goes first. */
const overlap = (tokens: readonly string[], own: ReadonlySet<string>): number => {
  const shared = new Set(tokens.filter((token) => own.has(token))).size;
  return (0.95 * shared) / Math.max(1, new Set([...tokens, ...own]).size);
};
