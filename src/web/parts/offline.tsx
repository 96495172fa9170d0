import { useConnection } from "../lib/connection.ts";
import { instant } from "../lib/format.ts";
import { Notice } from "./notice.tsx";

/** Shown while the server is not heard: since when, and what the picture is. */
export const Offline = () => {
  const { offline, lastGoodAt } = useConnection();
  if (offline === null) return null;
  return (
    <div class="page-notice">
      <Notice tone="bad" title="Offline.">
        {offline}
        {lastGoodAt === null ? ". " : `; this is the picture of ${instant(lastGoodAt)}. `}
        Start it with <code>gputape start</code>; the page asks again every 30 s and when the network is back.
      </Notice>
    </div>
  );
};
