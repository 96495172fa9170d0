import type { SourceRow } from "../api-types.ts";

export interface TapeState {
  readonly status: "ok" | "stale" | "failing" | "waiting";
  readonly word: string;
  readonly sentence: string;
  /** Market time of the newest prices in the book, milliseconds. */
  readonly newestAt: number | null;
  readonly newestSource: string | null;
  /** Oldest prices in the book. */
  readonly oldestAt: number | null;
  readonly oldestSource: string | null;
  readonly failing: readonly SourceRow[];
  readonly on: number;
  /** Of those that are on, how many have not been pulled yet. */
  readonly waiting: number;
  /** The server pulls: some source has a next time. */
  readonly collecting: boolean;
  /** Every price is a published list price. */
  readonly listOnly: boolean;
  /** No source with prices is younger than twice its interval. */
  readonly allStale: boolean;
}

const isOld = (source: SourceRow): boolean =>
  source.age_s === null || source.age_s > 2 * source.every_minutes * 60;

/** What the sources together make of the tape. */
export const tapeState = (sources: readonly SourceRow[]): TapeState => {
  const priced = sources
    .filter((source) => source.live > 0 && source.data_at !== null)
    .sort((a, b) => Date.parse(b.data_at!) - Date.parse(a.data_at!));
  const running = sources.filter((source) => source.enabled);
  const failing = running.filter(({ status }) => status === "failing");
  const [newest, oldest] = [priced[0], priced.at(-1)];
  const allStale = priced.length > 0 && priced.every(isOld);
  const collecting = running.some(({ next_pull_at }) => next_pull_at !== null);
  const isOff = priced.length === 0 || !collecting;
  const status = allStale ? "stale" : isOff ? "waiting" : failing.length > 0 ? "failing" : "ok";
  const word = {
    waiting: priced.length === 0 ? "empty" : "not collecting",
    stale: "stale",
    failing: `${failing.length} failing`,
    ok: "live",
  }[status];
  const names = failing.map(({ source }) => source).join(", ");
  return {
    status,
    word,
    sentence: `${collecting ? "" : "collection is off; "}${running.length} sources on; ${failing.length === 0 ? "none fails" : `failing: ${names}`}`,
    newestAt: newest ? Date.parse(newest.data_at!) : null,
    newestSource: newest?.source ?? null,
    oldestAt: oldest ? Date.parse(oldest.data_at!) : null,
    oldestSource: oldest?.source ?? null,
    failing,
    on: running.length,
    waiting: running.filter(({ status }) => status === "waiting").length,
    collecting,
    listOnly: priced.length > 0 && priced.every(({ kind }) => kind === "list"),
    allStale,
  };
};
