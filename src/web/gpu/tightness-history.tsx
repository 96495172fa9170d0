import type { Tightness } from "../api-types.ts";
import { dayOf } from "../lib/format.ts";
import { frameOf } from "../lib/scale.ts";
import { Axes } from "../parts/axes.tsx";
import { Picture } from "../parts/picture.tsx";
import { scorePath } from "./score-path.ts";
import { TightnessTable } from "./tightness-table.tsx";

const height = 148;

/** The score day by day. */
export const TightnessHistory = ({ history, table }: { history: Tightness["history"]; table: boolean }) => {
  const known = history.filter(({ score }) => score !== null);
  const [first, last] = [history[0], history.at(-1)];
  if (known.length < 2 || !first || !last)
    return <p class="chart-note">No history of the score yet: it needs more days.</p>;
  if (table) return <TightnessTable history={history} />;
  const [from, to] = [Date.parse(first.at), Date.parse(last.at)];
  return (
    <Picture height={height} label={`Tightness from ${dayOf(from)} to ${dayOf(to)}`}>
      {(width) => {
        const frame = frameOf({ width, height, xFrom: from, xTo: to, yTo: 100 });
        return (
          <>
            <Axes
              frame={frame}
              xTicks={[from + (to - from) * 0.1, (from + to) / 2, to - (to - from) * 0.1]}
              yTicks={[0, 50, 100]}
              xText={dayOf}
              yText={String}
              xName="day, UTC"
              yName="score"
            />
            <path d={scorePath(history, frame)} />
          </>
        );
      }}
    </Picture>
  );
};
