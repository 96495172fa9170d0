import type { Counts } from "../api-types.ts";
import { excludedWords } from "../lib/words.ts";

/** Which offers took no part and why, in plain words; nothing where all did. */
export const LeftOut = ({ counts }: { counts: Counts }) => {
  const lines = excludedWords(counts);
  if (lines.length === 0) return null;
  return (
    <details>
      <summary>What was left out</summary>
      <ul class="sentences">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  );
};
