import { formatInstant, type Instant } from "../domain/time.ts";
import { badInput } from "../errors.ts";
import { type MethodologyVersion, methodologyVersions, presentVersion } from "../models/headline-rules.ts";
import { methodologyOf } from "../series/methodology.ts";
import { type RecordSeries, readLastUnder } from "../store/read-last-under.ts";
import { type Static, Type } from "../typebox.ts";
import type { ApiContext } from "./context.ts";
import type { Method } from "./index-row.ts";
import type { methodologyChange } from "./schema.ts";

/** One version of the methodology throughout. */
export const methodologyQuery = {
  methodology: Type.Optional(
    Type.Integer({
      minimum: methodologyVersions[0],
      maximum: presentVersion,
      description:
        "Version of the methodology throughout; default the one each instant was first published under, and 2 for what was not",
    }),
  ),
};

const words: Readonly<Record<Method, Readonly<Record<number, string>>>> = {
  weighted_median: {
    1: "weighted_median 1: MAD gate, provider weight capped at 25 %, cell = whole cards of the GPU, secure or untold tier; published with 3 providers and 8 machines; interval from drawing providers",
    2: "weighted_median 2: outlier gate with one vote a provider, providers weighed by the free GPUs they tell (untold: the median) and capped at 25 %, cell = whole cards of the GPU, secure or untold tier; published with 3 providers and 8 machines, or 5 providers; interval from drawing providers",
  },
  votes: {
    1: "votes 1: a third of each provider's GPUs on its price and one deviation (at least 3 %) to either side, mean of the middle third; published with 3 providers; interval from drawing providers",
    2: "votes 2: a third of what each provider weighs (the free GPUs it tells, untold: the median) on its price and one deviation (at least 3 %) to either side, mean of the middle third; published with 3 providers; interval from drawing providers",
  },
  hedonic: {
    2: "hedonic 1: time dummies beside provider and grades, weighted by GPUs, 28-day window, mean splice; all tiers; first day = 1; not the price of anything",
  },
};

/** Which version of the methodology the values of a series have. */
export interface Versions {
  /** From here on the present one, before it the first; undefined: the present one throughout. */
  readonly changedAt: Instant | undefined;
  /** What the answer says of its method: that of its last instant. */
  readonly methodology: string;
  /** For meta: where the record of the series changes; empty where it does not. */
  readonly note: { readonly methodology_change?: Static<typeof methodologyChange> };
}

/**
 * The versions of a series: what was published under the first stays so up to the last instant that was, unless one
 * version is asked for. Throws `bad_input` for a version of the hedonic index, which has one.
 */
export const versionsOf = async (
  { tape }: Pick<ApiContext, "tape">,
  series: RecordSeries & { readonly method: Method },
  asked: number | undefined,
  to: Instant,
): Promise<Versions> => {
  const { method } = series;
  const named = (version: MethodologyVersion) => words[method][version]!;
  if (method === "hedonic") {
    if (asked !== undefined) throw badInput("methodology", "a hedonic index has one version; leave it out");
    return { changedAt: undefined, methodology: named(2), note: {} };
  }
  const [before, now] = [methodologyOf(method, 1), methodologyOf(method, presentVersion)];
  const last = await readLastUnder(tape.database, series, before);
  const change = last === null ? undefined : last + 1;
  const changedAt = asked === undefined ? change : asked === 1 ? Number.POSITIVE_INFINITY : undefined;
  return {
    changedAt,
    methodology: named(to < (changedAt ?? Number.NEGATIVE_INFINITY) ? 1 : presentVersion),
    note:
      last === null ? {} : { methodology_change: { last_at: formatInstant(last), from: before, to: now } },
  };
};
