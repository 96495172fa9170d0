import type { ComponentChildren } from "preact";
import { type Hinted, hints } from "../lib/hints.ts";

/** A word of the trade with its meaning on hover; the help lists them all. */
export const Hint = ({ word, children }: { word: Hinted; children?: ComponentChildren }) => (
  <abbr title={hints[word]}>{children ?? word}</abbr>
);
