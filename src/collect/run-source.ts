import type { Fleet } from "../domain/fleet.ts";
import type { FxRate } from "../domain/money.ts";
import { type Completeness, complete, type Offer, type Reject } from "../domain/offer.ts";
import type { Clock, Instant } from "../domain/time.ts";
import type { TokenPrice } from "../domain/token-price.ts";
import { AppError } from "../errors.ts";
import type { Reference } from "../reference.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "../sources/source.ts";
import { archivePayload, type PayloadRecord, readPayload } from "./archive.ts";
import { judge, judgeFleet } from "./judge.ts";

/** What one run of a source brings, ready for the tape. */
export interface SourceRun {
  readonly source: string;
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  /** Market time of the pull: what the venue says, else when its answer came. */
  readonly observedAt: Instant;
  readonly status: Completeness["state"] | "failed";
  readonly blindScopes: readonly string[] | "*";
  readonly parserVersion: number;
  readonly note: string | null;
  readonly payloads: readonly PayloadRecord[];
  readonly offers: readonly Offer[];
  readonly rejects: readonly Reject[];
  /** Rows of the answers: as many as there are offers, rejects, dropped ones, rates, fleets and token prices. */
  readonly rowsSeen: number;
  /** Rows that a rule of the source left out, by its name. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Listings that are unknown, and not gone, where the pull lacks them; by number. */
  readonly held: readonly number[];
  readonly rates: readonly FxRate[];
  readonly fleets: readonly Fleet[];
  readonly tokens: readonly TokenPrice[];
  readonly unknownGpus: readonly string[];
}

export interface RunTools {
  readonly clock: Clock;
  readonly archive: string | null;
  readonly reference: Reference;
  readonly rates: readonly FxRate[];
}

/** Fetches, archives, parses and judges. Never throws: what goes wrong becomes a run with status `failed`. */
export const runSource = async (source: Source, fetch: FetchContext, tools: RunTools): Promise<SourceRun> => {
  const startedAt = tools.clock();
  let payloads: PayloadRecord[] = [];
  try {
    const bodies = await source.fetch(fetch);
    const receivedAt = tools.clock();
    if (tools.archive !== null) {
      const folder = tools.archive;
      payloads = await Promise.all(bodies.map((body) => archivePayload(folder, body)));
    }
    return assess(source, bodies, payloads, { startedAt, receivedAt }, tools);
  } catch (error) {
    return failedRun(source, startedAt, tools.clock(), payloads, error);
  }
};

/** Reads an archived pull again through the present parser. Never throws. */
export const replaySource = async (
  source: Source,
  records: readonly PayloadRecord[],
  observedAt: Instant,
  tools: RunTools & { readonly archive: string },
): Promise<SourceRun> => {
  const startedAt = tools.clock();
  try {
    const bodies = await Promise.all(records.map((record) => readPayload(tools.archive, record)));
    return assess(source, bodies, records, { startedAt, receivedAt: observedAt }, tools);
  } catch (error) {
    return failedRun(source, startedAt, observedAt, records, error);
  }
};

const assess = (
  source: Source,
  bodies: readonly RawPayload[],
  payloads: readonly PayloadRecord[],
  { startedAt, receivedAt }: { startedAt: Instant; receivedAt: Instant },
  tools: RunTools,
): SourceRun => {
  const parsed = source.parse(bodies, receivedAt);
  const observedAt = marketTime(parsed, receivedAt);
  const judged = judgeAll(source, parsed, observedAt, tools);
  const { state, note, blindScopes } = completenessOf(parsed, judged);
  const notes = [note, oddNote(judged.odd)].filter((each) => each !== null);
  return {
    source: source.id,
    startedAt,
    finishedAt: tools.clock(),
    observedAt,
    status: state,
    blindScopes,
    parserVersion: source.parserVersion,
    note: notes.length === 0 ? null : notes.join("; "),
    payloads,
    offers: judged.offers,
    rejects: judged.rejects,
    rowsSeen: rowsSeen(parsed, judged),
    dropped: parsed.dropped,
    held: [],
    rates: parsed.rates ?? [],
    fleets: judged.fleets,
    tokens: parsed.tokens ?? [],
    unknownGpus: [
      ...new Set(judged.offers.map((offer) => offer.gpu).filter((gpu) => gpu.startsWith("unknown:"))),
    ],
  };
};

interface Judged {
  readonly offers: readonly Offer[];
  readonly rejects: readonly Reject[];
  readonly fleets: readonly Fleet[];
}

/** Rows of the answers, a fleet among them; throws where what became of them does not add up. */
const rowsSeen = (parsed: Parsed, { offers, rejects, fleets }: Judged): number => {
  const left = Object.values(parsed.dropped).reduce((sum, n) => sum + n, 0);
  const beside = (parsed.rates?.length ?? 0) + (parsed.tokens?.length ?? 0) + fleets.length;
  const told = offers.length + rejects.length + left + beside;
  const seen = parsed.seen + (parsed.fleets?.length ?? 0);
  if (told === seen) return seen;
  throw new AppError(
    "internal",
    `of ${seen} rows ${told} are accounted for; the source has lost or made rows`,
  );
};

/** The venue's own time where every offer carries one, never later than the receipt. */
const marketTime = ({ offers }: Parsed, receivedAt: Instant): Instant => {
  let latest = 0;
  for (const { observedAt } of offers) {
    if (observedAt === undefined) return receivedAt;
    if (observedAt > latest) latest = observedAt;
  }
  return latest === 0 ? receivedAt : Math.min(latest, receivedAt);
};

const judgeAll = (
  source: Source,
  parsed: Parsed,
  observedAt: Instant,
  { reference, rates }: RunTools,
): Judged & { readonly odd: ReadonlyMap<string, number> } => {
  const odd = new Map<string, number>();
  const context = { source: source.id, ...reference, rates, observedAt };
  const offers: Offer[] = [];
  const rejects = [...parsed.rejects];
  for (const draft of parsed.offers) {
    const judged = judge(draft, context);
    if ("offer" in judged) {
      offers.push(judged.offer);
      for (const field of judged.odd) odd.set(field, (odd.get(field) ?? 0) + 1);
    } else rejects.push(judged.reject);
  }
  const fleets: Fleet[] = [];
  for (const draft of parsed.fleets ?? []) {
    const judged = judgeFleet(draft, context);
    if ("fleet" in judged) fleets.push(judged.fleet);
    else rejects.push(judged.reject);
  }
  return { offers, rejects, fleets, odd };
};

/** Side fields that were off their scale, by name, in words; null where all were on it. */
const oddNote = (odd: ReadonlyMap<string, number>): string | null =>
  odd.size === 0
    ? null
    : `off their scale and left out: ${[...odd].map(([field, rows]) => `${field} in ${rows}`).join(", ")}`;

/** A pull that claims to be complete is not when a fifth of its rows was refused, and is empty when it shows nothing. */
const completenessOf = (parsed: Parsed, judged: Judged): Completeness => {
  const beside = (parsed.rates?.length ?? 0) + (parsed.tokens?.length ?? 0) + judged.fleets.length;
  const shown = judged.offers.length + beside;
  const told = parsed.completeness;
  if (shown === 0)
    return { state: "empty", note: told.note ?? emptyNote(judged.rejects.length), blindScopes: "*" };
  if (told.state !== "complete") return told;
  const refused = judged.rejects.filter((reject) => reject.reason !== "no_price").length;
  if (refused * 5 <= shown + refused) return complete;
  return { state: "partial", note: `${refused} of ${shown + refused} rows were refused`, blindScopes: "*" };
};

const emptyNote = (rejects: number): string =>
  rejects === 0 ? "the answer held no offers; that is no observation" : `all ${rejects} rows were refused`;

/** A run that saw nothing because of `error`. */
export const failedRun = (
  source: Source,
  startedAt: Instant,
  at: Instant,
  payloads: readonly PayloadRecord[],
  error: unknown,
): SourceRun => ({
  source: source.id,
  startedAt,
  finishedAt: at,
  observedAt: at,
  status: "failed",
  blindScopes: "*",
  parserVersion: source.parserVersion,
  note: faultInWords(error),
  payloads,
  offers: [],
  rejects: [],
  rowsSeen: 0,
  dropped: {},
  held: [],
  rates: [],
  fleets: [],
  tokens: [],
  unknownGpus: [],
});

/** One line on what went wrong, without a stack and without secrets. */
export const faultInWords = (error: unknown): string => {
  if (error instanceof AppError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}`.split("\n")[0]! : String(error);
};
