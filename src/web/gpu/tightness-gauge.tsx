import type { Tightness } from "../api-types.ts";
import { interval } from "../lib/format.ts";
import { Picture } from "../parts/picture.tsx";

const height = 48;
const whole = (score: number): string => String(Math.round(score));

/** A score from 0 to 100 on its track, with the range that leaving out one part gives. */
export const TightnessGauge = ({ score, low, high }: Pick<Tightness, "score" | "low" | "high">) => (
  <Picture
    height={height}
    label={
      score === null
        ? "Tightness: no score"
        : `Tightness ${whole(score)} of 100, ${interval(low, high, whole) ?? "no range"}`
    }
  >
    {(width) => {
      const x = (value: number): number => 8 + (value / 100) * (width - 16);
      return (
        <>
          <rect class="track" x={x(0)} y="8" width={x(100) - x(0)} height="16" />
          {low !== null && high !== null && (
            <rect class="area-range" x={x(low)} y="8" width={Math.max(1, x(high) - x(low))} height="16" />
          )}
          <line x1={x(50)} x2={x(50)} y1="4" y2="28" />
          {score !== null && <line class="needle" x1={x(score)} x2={x(score)} y1="4" y2="28" />}
          <text x={x(0)} y="42">
            0 loose
          </text>
          <text x={x(50)} y="42" text-anchor="middle">
            50 as in the last 30 days
          </text>
          <text x={x(100)} y="42" text-anchor="end">
            tight 100
          </text>
        </>
      );
    }}
  </Picture>
);
