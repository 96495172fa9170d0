import { serverNow } from "../lib/clock.ts";
import { ageOrDay, instant } from "../lib/format.ts";
import { Unknown } from "./unknown.tsx";

/** How long ago, with the instant on hover; from two days on the day itself. */
export const Age = ({
  at,
  why = "never seen",
  ago = false,
}: {
  at: string | number | null;
  why?: string;
  /** Says "ago" behind an age; a day stands alone. */
  ago?: boolean;
}) => {
  const ms = typeof at === "string" ? Date.parse(at) : at;
  if (ms === null || Number.isNaN(ms)) return <Unknown why={why} />;
  const text = ageOrDay(ms, serverNow());
  return (
    <time dateTime={new Date(ms).toISOString()} title={instant(ms)}>
      {text}
      {ago && !text.includes("-") && " ago"}
    </time>
  );
};

/** The instant an age in seconds points to, given the time of its answer. */
export const instantOf = (answeredAt: string, ageSeconds: number | null): number | null =>
  ageSeconds === null ? null : Date.parse(answeredAt) - ageSeconds * 1000;
