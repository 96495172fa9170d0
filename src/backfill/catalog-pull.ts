import type { Reject } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { AppError } from "../errors.ts";
import type { PastPull } from "../store/write-history.ts";
import type { PullRecord } from "../store/write-pull.ts";
import type { CatalogState } from "./catalog-history.ts";
import type { CatalogOffers } from "./catalog-offers.ts";
import { type CatalogRow, readCatalog } from "./catalog-rows.ts";

/** Makes the pull of a state from the text of its file; null where the catalog no longer has the cloud. */
export type PullMaker = (state: CatalogState, text: string | null) => PastPull;

interface MakerOptions {
  readonly source: string;
  readonly everyMinutes: number;
  readonly now: Instant;
  readonly offersOf: (rows: readonly CatalogRow[], observedAt: Instant) => CatalogOffers;
}

type Outcome = Pick<PullRecord, "status" | "blindScopes" | "note">;

/** A file that cannot be read, or shows nothing, is no observation: what was offered before stands. */
export const pullMaker = ({ source, everyMinutes, now, offersOf }: MakerOptions): PullMaker => {
  const record = (state: CatalogState, bytes: number, unknownGpus: number, outcome: Outcome): PullRecord => ({
    source,
    kind: "import",
    observedAt: state.at,
    recordedAt: state.at,
    startedAt: now,
    finishedAt: now,
    origin: "backfill",
    everyMinutes,
    unknownGpus,
    parserVersion: 1,
    payloads: [{ name: state.path, url: "git", commit: state.commit, blob: state.blob, bytes }],
    ...outcome,
  });
  return (state, text) => {
    if (text === null) return { pull: record(state, 0, 0, gone), sightings: [], rejects: [] };
    const read = readOr(text);
    if (typeof read === "string") {
      const pull = record(state, text.length, 0, { status: "failed", blindScopes: "*", note: read });
      return { pull, sightings: [], rejects: [] };
    }
    const { sightings, rejects: judged } = offersOf(read.rows, state.at);
    const rejects = [...read.rejects, ...judged];
    const unknown = new Set(
      sightings.map(({ offer }) => offer.gpu).filter((gpu) => gpu.startsWith("unknown:")),
    );
    return {
      pull: record(state, text.length, unknown.size, outcomeOf(sightings.length, rejects)),
      sightings,
      rejects,
    };
  };
};

const gone: Outcome = {
  status: "partial",
  blindScopes: "*",
  note: "the catalog no longer has this cloud, so that nothing is known of it",
};

const readOr = (text: string): ReturnType<typeof readCatalog> | string => {
  try {
    return readCatalog(text);
  } catch (error) {
    if (error instanceof AppError) return error.message;
    return `vms.csv cannot be read: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`;
  }
};

/** As after a live pull: one of which a fifth was refused did not see its market whole. */
const outcomeOf = (shown: number, rejects: readonly Reject[]): Outcome => {
  const refused = rejects.length;
  if (shown === 0)
    return {
      status: "empty",
      blindScopes: "*",
      note:
        refused === 0 ? "the file holds no GPUs; that is no observation" : `all ${refused} rows were refused`,
    };
  if (refused * 5 <= shown + refused) return { status: "complete", blindScopes: [], note: null };
  return { status: "partial", blindScopes: "*", note: `${refused} of ${shown + refused} rows were refused` };
};
