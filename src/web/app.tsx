import { useEffect, useState } from "preact/hooks";
import { EconomicsRoom } from "./economics/economics-room.tsx";
import { GpuRoom } from "./gpu/gpu-room.tsx";
import { listenForKeys } from "./lib/keys.ts";
import type { Room } from "./lib/location.ts";
import { useProviders } from "./lib/queries.ts";
import { cycleTheme } from "./lib/theme.ts";
import { go, usePlace } from "./lib/use-place.ts";
import { MarketRoom } from "./market/market-room.tsx";
import { Help } from "./parts/help.tsx";
import { Offline } from "./parts/offline.tsx";
import { TopBar } from "./parts/top-bar.tsx";
import { RouteRoom } from "./route/route-room.tsx";
import { SourcesRoom } from "./sources/sources-room.tsx";

const views: Readonly<Record<Room, () => preact.JSX.Element>> = {
  market: MarketRoom,
  gpu: GpuRoom,
  route: RouteRoom,
  economics: EconomicsRoom,
  sources: SourcesRoom,
};

const titles: Readonly<Record<Room, string>> = {
  market: "Market",
  gpu: "GPU",
  route: "Route",
  economics: "Economics",
  sources: "Sources",
};

const focusSearch = (): void => {
  const field = document.querySelector<HTMLElement>("[data-search]");
  field?.focus();
  if (field instanceof HTMLInputElement) field.select();
};

/** The frame around the rooms: bar, notices, keys and the room itself. */
export const App = () => {
  const { room, params } = usePlace();
  const [help, setHelp] = useState(false);

  useEffect(
    () =>
      listenForKeys((command) => {
        if (command === "search") focusSearch();
        else if (command === "help") setHelp((shown) => !shown);
        else if (command === "theme") cycleTheme();
        else go({ room: command.room, params: {} });
      }),
    [],
  );
  useEffect(() => {
    document.title = `${room === "gpu" && params.gpu ? params.gpu : titles[room]} · gputape`;
  }, [room, params.gpu]);

  // Which notice stands on top is known with the sources: until then, or for a second, the room is built unseen.
  const { answer, failure } = useProviders();
  const settling = answer === null && failure === null;
  const View = views[room];
  return (
    <>
      <a class="skip" href="#room">
        To the content
      </a>
      <TopBar onHelp={() => setHelp(true)} onTheme={cycleTheme} />
      <Offline />
      <main id="room" tabIndex={-1} class={settling ? "settling" : ""}>
        <View />
      </main>
      {help && <Help onClose={() => setHelp(false)} />}
    </>
  );
};
