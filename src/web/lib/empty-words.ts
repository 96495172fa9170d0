import type { Loaded } from "./use-answer.ts";

/** What an empty place says; nothing is said to be empty before there is an answer. */
export const emptyWords = (
  { answer, failure }: Pick<Loaded<unknown>, "answer" | "failure">,
  words: string,
): string => (answer !== null ? words : failure === null ? "Loading…" : "It did not load.");
