import { believed } from "../src/collect/believed.ts";
import { pullRecord } from "../src/collect/collector.ts";
import type { SourceRun } from "../src/collect/run-source.ts";
import { hour } from "../src/domain/time.ts";
import type { Reference } from "../src/reference.ts";
import type { Source } from "../src/sources/source.ts";
import { rows } from "../src/store/database.ts";
import { openTape } from "../src/store/tape.ts";
import { at } from "../test/sources/fixture.ts";
import { driftGround, hasLostRows, type Pick } from "./drift-run.ts";

/** What became of a source's listings under drifts of its answers. */
export interface DriftTally {
  drifts: number;
  /** Drifts under which listings were missing, and were looked at on a tape; drifts of one outcome once. */
  missing: number;
  tapes: number;
  readonly faults: string[];
}

/**
 * Runs drifts of a source's fixture through its parser, the judge, the guard and a real tape on which the whole answer
 * came before: no listing may be delisted by one, when it comes and when the next pull says the same, and no row may be
 * unaccounted for.
 */
export const proveDrifts = async (
  source: Source,
  reference: Reference,
  pick: Pick = (all) => all,
  step: (done: number, of: number) => void = () => undefined,
): Promise<DriftTally> => {
  const { whole, keys, drifts, under } = await driftGround(source, reference);
  const tally: DriftTally = { drifts: 0, missing: 0, tapes: 0, faults: [] };
  const tape = await pulledTape(source, reference, keys);
  const outcomes = new Map<string, string | null>();
  await tape.pull(whole);
  const picked = pick(drifts);
  for (const drift of picked) {
    step(tally.drifts++, picked.length);
    const { where, run, missing } = await under(drift);
    if (hasLostRows(run)) tally.faults.push(`${where}: ${run.note}`);
    if (missing.length === 0) continue;
    tally.missing++;
    const outcome = JSON.stringify([missing, run.rejects.length, run.blindScopes, run.offers.length]);
    if (!outcomes.has(outcome)) {
      tally.tapes++;
      const [first, lasting] = [await tape.pull(run), await tape.pull(run)];
      await tape.pull(whole);
      outcomes.set(outcome, faultOf(first, lasting));
    }
    const fault = outcomes.get(outcome)!;
    if (fault !== null) tally.faults.push(`${where}: ${fault}`);
  }
  await tape.close();
  return tally;
};

const faultOf = (first: number, lasting: number): string | null => {
  if (first > 0) return `${first} listings are delisted`;
  return lasting > 0 ? `${lasting} listings are delisted when it lasts` : null;
};

/** A tape that takes runs an hour apart; each answers how many of the listings are delisted by then. */
const pulledTape = async (source: Source, { bands }: Reference, keys: ReadonlySet<string>) => {
  const tape = await openTape(":memory:", { clock: () => at, describe: () => source });
  let pulls = 0;
  const pull = async (run: SourceRun): Promise<number> => {
    const observedAt = at + pulls++ * hour;
    const offers = run.offers.map((offer) => ({ ...offer, observedAt }));
    const taken = await believed({ ...run, observedAt, offers }, { tape, bands, book: tape.book() });
    const beside = { ...taken, rates: [], fleets: [], tokens: [] };
    await tape.write(pullRecord(taken, source, observedAt), taken.offers, beside);
    const gone = await rows(tape.database.reader, delisted);
    return gone.filter(({ key }) => keys.has(key as string)).length;
  };
  return { pull, close: tape.close };
};

const delisted = `select key from listings join (
    select listing_no, arg_max(state, observed_at) as state from ticks group by listing_no
  ) using (listing_no) where state = 'delisted'`;
