import type { Offer, Reject } from "../domain/offer.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { appendDifferences, dropStage } from "./append-differences.ts";
import {
  type Catalog,
  keepListings,
  type Registration,
  register,
  startRegistration,
  writeListings,
} from "./catalog.ts";
import { type Database, rows, transaction, translate } from "./database.ts";
import {
  insertPulls,
  insertRejects,
  type Numbered,
  type Observation,
  type Sighting,
  type Staged,
  type Step,
  stageAll,
} from "./stage-history.ts";
import { nextPullNo, type PullRecord } from "./write-pull.ts";

export type { Sighting } from "./stage-history.ts";

/** A pull of the past and all it saw. */
export interface PastPull {
  readonly pull: PullRecord;
  readonly sightings: readonly Sighting[];
  readonly rejects: readonly Reject[];
}

/** A price that a venue dates itself. */
export interface PastChange extends Sighting {
  readonly at: Instant;
}

export interface HistoryWritten {
  readonly sightings: number;
  readonly ticks: number;
}

/**
 * Writes pulls of the past in one transaction, all of them or none. What a pull does not show is judged as after a
 * live one; of several sightings of one listing the cheapest stays. A reject that its source has left before is not
 * written again.
 */
export const writePastPulls = (
  database: Database,
  catalog: Catalog,
  pulls: readonly PastPull[],
  now: Instant,
): Promise<HistoryWritten> =>
  write(database, catalog, now, async (firstNo, numberOf) => {
    const steps: Step[] = [];
    const observations: Observation[] = [];
    const numbered = inOrder(pulls).map(({ pull, sightings, rejects }, index): Numbered => {
      const pullNo = firstNo + index;
      if (pull.status === "failed" || pull.status === "empty") return { pullNo, pull, offers: 0, rejects };
      const ord = steps.length;
      steps.push(stepOf(ord, pullNo, pull));
      const seen = new Map<number, Sighting>();
      for (const sighting of sightings) {
        const listingNo = numberOf(sighting.offer, pull.observedAt);
        const other = seen.get(listingNo);
        if (other === undefined || sighting.usdPerGpuHour < other.usdPerGpuHour)
          seen.set(listingNo, sighting);
      }
      for (const [listingNo, sighting] of seen) observations.push({ listingNo, ord, sighting });
      return { pullNo, pull, offers: seen.size, rejects };
    });
    return { steps, observations, numbered };
  });

/** Changes that a venue dates itself, and the pulls that stand for having seen them. */
export interface PastChanges {
  readonly changes: readonly PastChange[];
  /** At least one. */
  readonly pulls: readonly PullRecord[];
  readonly rejects: readonly Reject[];
}

/**
 * Writes changes at their own times, and their pulls, in one transaction. A change holds until the next one, whatever
 * pulls came in between, and says nothing about other listings. It belongs to the first of the pulls that is not
 * before it; of several of one listing at one time the last stays.
 */
export const writePastChanges = (
  database: Database,
  catalog: Catalog,
  { changes, pulls, rejects }: PastChanges,
  now: Instant,
): Promise<HistoryWritten> =>
  write(database, catalog, now, async (firstNo, numberOf) => {
    const ordered = [...pulls].sort((a, b) => a.observedAt - b.observedAt);
    const steps: Step[] = [];
    const seen = new Map<string, Observation>();
    const offers = ordered.map(() => 0);
    let covering = 0;
    for (const change of [...changes].sort((a, b) => a.at - b.at)) {
      while (covering < ordered.length - 1 && ordered[covering]!.observedAt < change.at) covering++;
      if (steps.at(-1)?.at !== change.at)
        steps.push(changeStep(steps.length, firstNo + covering, ordered[covering]!.source, change.at));
      const ord = steps.length - 1;
      const listingNo = numberOf(change.offer, change.at);
      const key = `${listingNo}|${ord}`;
      if (!seen.has(key)) offers[covering]!++;
      seen.set(key, { listingNo, ord, sighting: change });
    }
    const others = await pullsSince(database, ordered[0]!.source, steps[0]?.at);
    for (const at of others) steps.push(standingStep(steps.length, firstNo, ordered[0]!.source, at));
    const last = ordered.length - 1;
    const numbered = ordered.map(
      (pull, index): Numbered => ({
        pullNo: firstNo + index,
        pull,
        offers: offers[index]!,
        rejects: index === last ? rejects : [],
      }),
    );
    return { steps, observations: [...seen.values()], numbered };
  });

/** Pulls of one source in the order of their times, as the comparison needs them. */
const inOrder = (pulls: readonly PastPull[]): readonly PastPull[] =>
  [...pulls].sort(({ pull: a }, { pull: b }) =>
    a.source === b.source ? a.observedAt - b.observedAt : a.source < b.source ? -1 : 1,
  );

const stepOf = (ord: number, pullNo: number, pull: PullRecord): Step => ({
  ord,
  pullNo,
  source: pull.source,
  at: pull.observedAt,
  recordedAt: pull.recordedAt,
  blindAll: pull.blindScopes === "*",
  yields: false,
  blindScopes: pull.blindScopes === "*" ? [] : pull.blindScopes,
});

/** Under a name of its own, so that no listing of the source is missing from it. */
const changeStep = (ord: number, pullNo: number, source: string, at: Instant): Step => ({
  ord,
  pullNo,
  source: `${source}@changes`,
  at,
  recordedAt: at,
  blindAll: false,
  yields: false,
  blindScopes: [],
});

/** A pull that is there already and has said what it had to say. */
const standingStep = (ord: number, pullNo: number, source: string, at: Instant): Step => ({
  ...changeStep(ord, pullNo, source, at),
  source,
  yields: true,
});

const pullsSince = async (
  { writer }: Database,
  source: string,
  first: Instant | undefined,
): Promise<Instant[]> => {
  if (first === undefined) return [];
  const found = await rows(
    writer,
    `select distinct epoch_ms(observed_at)::double as at from pulls
     where source = $source and observed_at >= $first::timestamp and status not in ('failed', 'empty') order by 1`,
    { source, first: formatInstant(first) },
  );
  return found.map(({ at }) => at as number);
};

type NumberOf = (offer: Offer, seenAt: Instant) => number;

const write = (
  database: Database,
  catalog: Catalog,
  now: Instant,
  stage: (firstNo: number, numberOf: NumberOf) => Promise<Staged>,
): Promise<HistoryWritten> =>
  database.exclusive(async () => {
    const { writer } = database;
    const registration = startRegistration(catalog);
    try {
      const staged = await stage(await nextPullNo(writer), numbering(catalog, registration));
      const ticks = await transaction(writer, async () => {
        await writeListings(writer, registration);
        await stageAll(writer, staged);
        const appended = await appendDifferences(writer, formatInstant(now));
        await insertPulls(writer, staged.numbered);
        await insertRejects(writer, staged.numbered);
        return appended.ticks;
      });
      await keepListings(catalog, registration);
      return { sightings: staged.observations.length, ticks };
    } catch (error) {
      throw translate(error, database.path);
    } finally {
      await dropStage(writer);
    }
  });

/** Registers each shared offer once. */
const numbering = (catalog: Catalog, registration: Registration): NumberOf => {
  const numbers = new Map<Offer, number>();
  return (offer, seenAt) => {
    const known = numbers.get(offer);
    if (known !== undefined) return known;
    const listingNo = register(catalog, registration, offer, seenAt);
    numbers.set(offer, listingNo);
    return listingNo;
  };
};
