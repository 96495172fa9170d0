import { useEffect } from "preact/hooks";
import { useConnection } from "../lib/connection.ts";
import type { Place, Room } from "../lib/location.ts";
import { useProviders } from "../lib/queries.ts";
import { tapeState } from "../lib/tape-state.ts";
import { useTheme } from "../lib/theme.ts";
import { usePlace } from "../lib/use-place.ts";
import { Age } from "./age.tsx";
import { Link } from "./link.tsx";
import { Status } from "./status.tsx";

const names: readonly (readonly [Room, string])[] = [
  ["market", "Market"],
  ["gpu", "GPU"],
  ["route", "Route"],
  ["economics", "Economics"],
  ["sources", "Sources"],
];

/** The GPU last looked at, so that the room opens where the reader left it. */
let lastGpu = "h100-sxm";

const placeOf = (room: Room): Place => ({ room, params: room === "gpu" ? { gpu: lastGpu } : {} });

/** Name, rooms, age of the tape, theme and help. */
export const TopBar = ({ onHelp, onTheme }: { onHelp: () => void; onTheme: () => void }) => {
  const { room, params } = usePlace();
  const { theme } = useTheme();
  const { answer } = useProviders();
  const { offline } = useConnection();
  const state = answer === null ? null : tapeState(answer.data.sources);
  useEffect(() => {
    if (room === "gpu" && params.gpu) lastGpu = params.gpu;
  }, [room, params.gpu]);
  return (
    <header class="top-bar">
      <Link to={placeOf("market")} class="brand">
        gputape
      </Link>
      <nav aria-label="Rooms">
        {names.map(([name, label]) => (
          <Link key={name} to={placeOf(name)} aria-current={name === room ? "page" : undefined}>
            {label}
          </Link>
        ))}
      </nav>
      <div class="top-tools">
        {state && (
          <Link to={placeOf("sources")} class="tape-state" title={offline ?? state.sentence}>
            {offline === null ? (
              <Status name={state.status}>{state.word}</Status>
            ) : (
              <Status name="failing">offline</Status>
            )}
            {state.newestAt !== null && (
              <span class="muted">
                {" "}
                tape <Age at={state.newestAt} />
              </span>
            )}
          </Link>
        )}
        <button type="button" class="tool" onClick={onTheme} aria-label={`Theme: ${theme}; change it`}>
          Theme: {theme}
        </button>
        <button type="button" class="tool" onClick={onHelp} aria-label="Help: keys and marks">
          ?
        </button>
      </div>
    </header>
  );
};
