import { percent } from "../lib/format.ts";
import { Unknown } from "./unknown.tsx";

/** A change of price: sign and colour say the same. */
export const Percent = ({ value, why }: { value: number | null; why: string }) => {
  if (value === null) return <Unknown why={why} />;
  const direction = value >= 0.05 ? "up" : value <= -0.05 ? "down" : "flat";
  return <span class={direction}>{percent(value)}</span>;
};
