import type { Leg } from "../api-types.ts";
import { readable } from "../lib/words.ts";

/** Reasons or warnings of an answer under a heading, in words for people; nothing where there are none. */
export const Sentences = ({
  title,
  lines,
  legs,
  warn = false,
}: {
  title: string;
  lines: readonly string[];
  legs: readonly Leg[];
  warn?: boolean;
}) => {
  const texts = lines.map((line) => readable(line, legs)).filter((text) => text !== "");
  if (texts.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <ul class={`sentences ${warn ? "warnings" : ""}`}>
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  );
};
