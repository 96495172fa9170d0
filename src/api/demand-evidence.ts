import type { SourceClass } from "../domain/book.ts";
import type { Purchase } from "../domain/purchase.ts";
import { day, type Instant } from "../domain/time.ts";
import type { DemandDay } from "../models/curves/balanced-days.ts";
import type { DemandEvidence } from "../models/curves/demand-study.ts";
import type { ReferencePrice, WatchedSpell } from "../models/curves/watched-gaps.ts";
import { groupBy } from "../models/group-by.ts";
import type { Listing } from "../store/listing-columns.ts";
import { readFleetDays } from "../store/read-fleet-days.ts";
import { readBuckets } from "../store/read-history.ts";
import { readSeen } from "../store/read-seen.ts";
import { readWatched } from "../store/read-watched.ts";
import type { ApiContext, Asked } from "./context.ts";

/** Days over which machines are watched, and those over which fleets and prices are compared. */
const watchedDays = 7;
const historyDays = 365;

/** Sources whose prices are asks; lists and statistics are not. */
const asking: ReadonlySet<SourceClass> = new Set(["direct", "marketplace", "aggregator", "import"]);

interface Cell {
  readonly context: ApiContext;
  readonly asked: Asked;
  readonly gpus: ReadonlySet<string>;
  /** Listings of whole cards whose price is an ask. */
  readonly listings: readonly Listing[];
}

/** What the tape holds about demand for a cell as of the instant asked for. */
export const readEvidence = async (
  context: ApiContext,
  asked: Asked,
  gpus: ReadonlySet<string>,
  purchase: Purchase,
): Promise<DemandEvidence> => {
  const listings = context.tape.catalog.byNo.filter(
    ({ offer }) =>
      gpus.has(offer.gpu) &&
      offer.purchase === purchase &&
      offer.gpuShare >= 1 &&
      offer.flags.length === 0 &&
      asking.has(asked.book.sources.get(offer.source)?.kind ?? "import"),
  );
  const cell: Cell = { context, asked, gpus, listings };
  const spells = await readSpells(cell);
  const references = spells.length === 0 ? [] : await readReferences(cell);
  return { spells, references, days: await readDays(cell) };
};

const numbersOf = (listings: readonly Listing[]): number[] => listings.map(({ listingNo }) => listingNo);

/** Machines that marketplaces name; where they are not named, a listing that is gone may be one of several. */
const readSpells = async ({ context, asked, listings }: Cell): Promise<WatchedSpell[]> => {
  const { database, catalog } = context.tape;
  const { now: to, asOf } = asked;
  const named = listings.filter(
    ({ offer }) => offer.machineId !== null && asked.book.sources.get(offer.source)?.kind === "marketplace",
  );
  const filter = { listings: numbersOf(named), from: to - watchedDays * day, to, asOf };
  return (await readWatched(database, filter)).map(({ listingNo, ...spell }) => {
    const { source, gpu } = catalog.byNo[listingNo]!.offer;
    return { ...spell, sku: `${source} ${gpu}` };
  });
};

/** The median ask at the end of each of the days that are watched, counted back from the instant asked for. */
const readReferences = async ({ context, asked, listings }: Cell): Promise<ReferencePrice[]> => {
  const { now: to, asOf } = asked;
  const first = to - (watchedDays - 1) * day;
  const grid = { listings: numbersOf(listings), from: first, first, step: day, to, asOf };
  const buckets = await readBuckets(context.tape.database, grid);
  return buckets.map(({ at, median }) => ({
    from: at - day,
    until: at === to ? at + 1 : at,
    usdPerGpuHour: median,
  }));
};

/** Reported fleets, median ask and silence of sources at each midnight (UTC) that has fleets. */
const readDays = async ({ context, asked, gpus, listings }: Cell): Promise<DemandDay[]> => {
  const { database } = context.tape;
  const { now: to, asOf } = asked;
  const earliest = Math.max(0, Math.ceil((to - historyDays * day) / day) * day);
  const span = { step: day, to, asOf };
  const fleets = await readFleetDays(database, { ...span, gpus, first: earliest });
  const first = fleets[0]?.at;
  if (first === undefined) return [];
  const buckets = await readBuckets(database, {
    ...span,
    listings: numbersOf(listings),
    from: first,
    first,
  });
  const silent = await readSilence({ context, asked, gpus, listings }, first);
  const fleetsAt = groupBy(fleets, ({ at }) => at);
  return buckets.flatMap(({ at, median }) => {
    const words = fleetsAt.get(at) ?? [];
    return words.length === 0
      ? []
      : [{ at, usdPerGpuHour: median, fleets: words, silentShare: silent.get(at) ?? null }];
  });
};

/** Share of the cell's sources that had been heard before, but not that day. */
const readSilence = async (
  { context, asked, listings }: Cell,
  first: Instant,
): Promise<ReadonlyMap<Instant, number>> => {
  const sources = new Set(listings.map(({ offer }) => offer.source));
  const grid = { first, to: asked.now, step: day, asOf: asked.asOf };
  const seen = await readSeen(context.tape.database, grid);
  const own = groupBy(
    seen.filter(({ source }) => sources.has(source)),
    ({ at }) => at,
  );
  return new Map(
    [...own].map(([at, rows]) => {
      const quiet = rows.filter((row) => at > Math.max(row.seenAt + day, row.currentUntil));
      return [at, quiet.length / rows.length] as const;
    }),
  );
};
