import { dollars } from "../lib/format.ts";
import { Unknown } from "./unknown.tsx";

const [width, height, pad] = [104, 20, 2];

/** A small line of [time, price] points, scaled to its own span of prices; a gap in time stays a gap. */
export const Sparkline = ({
  points,
  label,
  gapMs,
}: {
  points: readonly (readonly number[])[];
  label: string;
  gapMs: number;
}) => {
  const known = points.flatMap(([at, usd]) => (at === undefined || usd === undefined ? [] : [{ at, usd }]));
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last || known.length < 2) return <Unknown why="no two prices in the last 7 days" />;
  const prices = known.map(({ usd }) => usd);
  const [low, high] = [Math.min(...prices), Math.max(...prices)];
  const from = last.at - 7 * 86_400_000;
  const x = (at: number): number => pad + ((at - from) / (last.at - from)) * (width - 2 * pad);
  const y = (usd: number): number =>
    high === low ? height / 2 : pad + ((high - usd) / (high - low)) * (height - 2 * pad);
  const path = known
    .map(({ at, usd }, i) => {
      const before = known[i - 1];
      const move = !before || at - before.at > gapMs ? "M" : "L";
      return `${move}${x(at).toFixed(1)} ${y(usd).toFixed(1)}`;
    })
    .join("");
  return (
    <svg
      class="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${label}, 7 days: ${dollars(low)} to ${dollars(high)}, now ${dollars(last.usd)}`}
    >
      <title>{`7 days: ${dollars(low)} to ${dollars(high)}`}</title>
      <path d={path} />
      <circle cx={x(last.at)} cy={y(last.usd)} r="1.5" />
    </svg>
  );
};
