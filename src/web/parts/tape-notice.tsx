import type { SourceRow } from "../api-types.ts";
import { dayOf, plural } from "../lib/format.ts";
import { tapeState } from "../lib/tape-state.ts";
import { Link } from "./link.tsx";
import { Empty, Notice } from "./notice.tsx";

/** Says what the prices are when no live source stands behind them. */
export const TapeNotice = ({ sources }: { sources: readonly SourceRow[] }) => {
  const { allStale, listOnly, newestAt, failing } = tapeState(sources);
  if (newestAt === null || !(listOnly || allStale)) return null;
  // A list is current until it is expired.
  const isExpired = sources.every(({ live, status }) => live === 0 || status !== "ok");
  const way = (
    <>
      {failing.length > 0 &&
        `${plural(failing.length, "live source")} ${failing.length === 1 ? "fails" : "fail"}. `}
      <Link to={{ room: "sources", params: {} }}>Sources says why.</Link>
    </>
  );
  return listOnly ? (
    <Notice tone="warn" title={`List prices of ${dayOf(newestAt)}.`}>
      No live source has answered yet: these are published prices, indicative, and not today's.{" "}
      {isExpired &&
        "They are older than 30 days: expired, so that no best price, quote or route is made of them. "}
      {way}
    </Notice>
  ) : (
    <Notice tone="warn" title={`Stale: the newest price is of ${dayOf(newestAt)}.`}>
      Every source is older than twice its interval; prices are dimmed and dated, and after 7 days expired.{" "}
      {way}
    </Notice>
  );
};

/** No source has any price; false while that is not known. */
export const isEmptyTape = (sources: readonly SourceRow[]): boolean =>
  sources.length > 0 && tapeState(sources).newestAt === null;

/** What to do where no source has any price. */
export const TapeEmpty = ({ sources }: { sources: readonly SourceRow[] }) =>
  isEmptyTape(sources) ? <Empty title="The tape is empty." steps={emptyTape} /> : null;

/** What to do with a tape that holds nothing. */
export const emptyTape = [
  { say: "Collect from the open venues", run: "gputape start" },
  { say: "Turn published list prices on again", run: "gputape start   # without --disable list-prices" },
  { say: "Read history you have", run: "gputape import FILE.parquet" },
  { say: "See why a source is off", run: "gputape providers" },
] as const;
