/** Below this likeness a suggestion would only confuse. */
export const leastLikeness = 0.45;

/** A text without case, blanks and signs, as likeness compares it. */
export const compact = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, "");

/**
 * How alike two compact texts are, 0 to 1. A text of three letters or more that is a part of the other is liker than
 * one with a letter changed. An empty text is like nothing but itself.
 */
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
