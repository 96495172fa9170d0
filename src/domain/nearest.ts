import { likeness } from "./likeness.ts";

/** Below this likeness a suggestion would only confuse. */
const leastLikeness = 0.5;

/** The names that look like a text, likest first and at most `most`; none where nothing does or the text is empty. */
export const nearest = (text: string, names: Iterable<string>, most = 5): readonly string[] => {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  return [...names]
    .map((name) => ({ name, score: likeness(wanted, name.toLowerCase()) }))
    .filter(({ score }) => score >= leastLikeness)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
};
