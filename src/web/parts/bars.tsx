const width = 96;
const height = 12;

/** A bar to the left or right of its middle. */
export const TwoWayBar = ({ value, most }: { value: number; most: number }) => {
  const length = most > 0 ? (Math.abs(value) / most) * (width / 2 - 1) : 0;
  return (
    <svg class="bar" width={width} height={height} aria-hidden="true">
      <line x1={width / 2} x2={width / 2} y1="0" y2={height} />
      <rect
        class={value < 0 ? "minus" : "plus"}
        x={value < 0 ? width / 2 - length : width / 2}
        y="2"
        width={length}
        height={height - 4}
      />
    </svg>
  );
};

/** A share of one as the filled part of a bar. */
export const ShareBar = ({ value, wide = width }: { value: number; wide?: number }) => (
  <svg class="bar" width={wide} height={height} aria-hidden="true">
    <rect class="rest" x="0" y="2" width={wide} height={height - 4} />
    <rect class="part" x="0" y="2" width={Math.max(0, Math.min(1, value)) * wide} height={height - 4} />
  </svg>
);
