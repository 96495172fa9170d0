import type { Estimate } from "../api-types.ts";
import { interval } from "../lib/format.ts";
import { Refused } from "./refused.tsx";

/** A number and its interval in small, or why there is none. */
export const Estimated = ({
  of,
  format,
}: {
  of: Pick<Estimate, "value" | "low" | "high" | "reason">;
  format: (value: number) => string;
}) => {
  if (of.value === null) return <Refused reason={of.reason} />;
  const bounds = interval(of.low, of.high, format);
  return (
    <>
      {format(of.value)} {bounds !== null && <small>{bounds}</small>}
    </>
  );
};
