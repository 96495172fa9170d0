import type { Verified } from "./verify-index.ts";

interface Count {
  checked: number;
  matched: number;
}

/** Counts verified values, in all and by methodology in order of its name. */
export const countVerified = () => {
  const all: Count = { checked: 0, matched: 0 };
  const byMethodology = new Map<string, Count>();
  const add = (values: readonly Verified[]): void => {
    for (const { methodology, verdict } of values) {
      const own = byMethodology.get(methodology) ?? { checked: 0, matched: 0 };
      byMethodology.set(methodology, own);
      for (const count of [all, own]) {
        count.checked++;
        if (verdict === "MATCH") count.matched++;
      }
    }
  };
  const counts = () => ({
    ...all,
    byMethodology: [...byMethodology]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([methodology, count]) => ({ methodology, ...count })),
  });
  return { add, counts };
};
