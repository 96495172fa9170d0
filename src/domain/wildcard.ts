/** `#` stands for a number, `*` for anything, the rest for itself in either case. The whole text must fit. */
export const wildcard = (pattern: string): RegExp => {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("#", "\\d+").replaceAll("*", ".*")}$`, "i");
};

/** True when the pattern stands for more than one text. */
export const isWildcard = (pattern: string): boolean => /[#*]/.test(pattern);

/**
 * Looks texts up among literal and wildcard patterns, literals first, then wildcards in the order given.
 * Answers null for an empty or unknown text. Of a repeated pattern the first wins.
 */
export const patternLookup = <Value>(
  entries: Iterable<readonly [pattern: string, value: Value]>,
): ((text: string) => Value | null) => {
  const literals = new Map<string, Value>();
  const wildcards: { readonly test: RegExp; readonly value: Value }[] = [];
  for (const [pattern, value] of entries) {
    if (isWildcard(pattern)) wildcards.push({ test: wildcard(pattern), value });
    else if (!literals.has(pattern.toLowerCase())) literals.set(pattern.toLowerCase(), value);
  }
  return (text) => {
    const sought = text.trim().toLowerCase();
    if (sought === "") return null;
    return literals.get(sought) ?? wildcards.find(({ test }) => test.test(sought))?.value ?? null;
  };
};
