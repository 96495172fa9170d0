import { reasonWords } from "../lib/words.ts";

/** A number that is not given, with its reason in words beside the dash. */
export const Refused = ({
  reason,
  words = reasonWords,
}: {
  reason: string | null;
  words?: (reason: string | null) => string;
}) => (
  <span class="refused">
    <span aria-hidden="true">— </span>
    <span class="hidden">unknown: </span>
    {words(reason)}
  </span>
);
