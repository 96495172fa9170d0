import type { ComponentChildren } from "preact";

/** One figure of a `figures` list: what it is, and its number. */
export const Figure = ({ label, children }: { label: ComponentChildren; children: ComponentChildren }) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);
