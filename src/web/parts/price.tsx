import { alignedPrice, instant } from "../lib/format.ts";
import { Unknown } from "./unknown.tsx";

interface PriceProps {
  readonly usd: number | null;
  /** Orderable at that price now; otherwise the price indicates. */
  readonly executable: boolean;
  readonly stale: boolean;
  /** When it was seen. */
  readonly at: number | null;
  readonly why?: string;
}

/** A price per GPU-hour: solid where it can be ordered, outlined where it indicates, dimmed where it is old. */
export const Price = ({ usd, executable, stale, at, why = "nobody offers it" }: PriceProps) => {
  if (usd === null) return <Unknown why={why} />;
  const kind = executable ? "executable: orderable at this price" : "indicative: may not be orderable";
  const seen = at === null ? "time unknown" : `seen ${instant(at)}`;
  return (
    <span
      class={`price ${executable ? "executable" : "indicative"} ${stale ? "stale" : ""}`}
      title={`$${Number(usd.toPrecision(6))} per GPU-hour, ${kind}${stale ? ", stale" : ""}, ${seen}`}
    >
      {alignedPrice(usd)}
      <span class="hidden">
        {" "}
        {executable ? "executable" : "indicative"}
        {stale ? ", stale" : ""}
      </span>
    </span>
  );
};
