/** A number that nobody knows, with why. */
export const Unknown = ({ why }: { why: string }) => (
  <span class="unknown" title={`Unknown: ${why}`}>
    <span aria-hidden="true">—</span>
    <span class="hidden">unknown: {why}</span>
  </span>
);
