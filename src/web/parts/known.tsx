import type { ComponentChildren } from "preact";
import { Unknown } from "./unknown.tsx";

/** A number as it is written, or why nobody knows it. */
export const Known = ({
  value,
  format,
  why,
}: {
  value: number | null;
  format: (value: number) => string;
  why: string;
}): ComponentChildren => (value === null ? <Unknown why={why} /> : format(value));
