import { ageSeconds, type Book, type BookOffer, isExecutable } from "../domain/book.ts";
import type { Purchase, Tier } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";

/** Every reason to leave an offer out, in the order in which they are checked; the first that fails counts. */
export const constraintOrder = [
  "gpu",
  "purchase",
  "flagged",
  "expired",
  "better_source",
  "tier",
  "providers",
  "regions",
  "countries",
  "jurisdictions",
  "min_reliability",
  "min_sla_uptime",
  "interconnect",
  "confidential",
  "min_hours",
  "max_usd_per_gpu_hour",
  "max_age_hours",
  "executable_only",
] as const;
export type Constraint = (typeof constraintOrder)[number];

/** What an offer must satisfy. Absent asks for nothing; an attribute that is not told fails what asks for it. */
export interface Constraints {
  /** GPU ids, family members included. */
  readonly gpus: ReadonlySet<string>;
  readonly purchases: ReadonlySet<Purchase>;
  readonly tier?: Tier | undefined;
  /** Provider ids; an empty allow list allows none. */
  readonly providers?: ProviderFilter | undefined;
  readonly regions?: ReadonlySet<string> | undefined;
  readonly countries?: ReadonlySet<string> | undefined;
  /** Country codes, with sets such as EU already expanded. */
  readonly jurisdictions?: ReadonlySet<string> | undefined;
  readonly minReliability?: number | undefined;
  readonly minSlaUptime?: number | undefined;
  /** Compared without regard to case. */
  readonly interconnect?: string | undefined;
  /** Only `true` asks for something. */
  readonly confidential?: boolean | undefined;
  /** The longest minimum stay to accept, in hours. */
  readonly maxMinHours?: number | undefined;
  readonly maxUsdPerGpuHour?: number | undefined;
  /** The longest time since a price was confirmed, in hours. */
  readonly maxAgeHours?: number | undefined;
  readonly executableOnly?: boolean | undefined;
}

export interface ProviderFilter {
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
}

export interface Check {
  readonly constraint: Constraint;
  /** Null: the offer does not tell. */
  readonly test: (offer: BookOffer) => boolean | null;
}

/** The checks that the constraints ask for, in constraintOrder, from `tier` on. */
export const activeChecks = (asked: Constraints, book: Book, now: Instant): readonly Check[] =>
  [
    check("tier", asked.tier, (offer, tier) => known(offer.tier, (own) => own === tier)),
    check("providers", asked.providers, (offer, filter) => isAllowed(offer.provider, filter)),
    check("regions", asked.regions, (offer, set) => known(offer.region, (own) => set.has(own))),
    check("countries", asked.countries, (offer, set) => known(offer.country, (own) => set.has(own))),
    check("jurisdictions", asked.jurisdictions, (offer, set) =>
      known(offer.jurisdiction, (own) => set.has(own)),
    ),
    check("min_reliability", asked.minReliability, (offer, min) =>
      known(offer.reliability, (own) => own >= min),
    ),
    check("min_sla_uptime", asked.minSlaUptime, (offer, min) => known(offer.slaUptime, (own) => own >= min)),
    check("interconnect", asked.interconnect?.toLowerCase(), (offer, name) =>
      known(offer.interconnect, (own) => own.toLowerCase() === name),
    ),
    check("confidential", asked.confidential || undefined, (offer) => offer.confidential),
    check("min_hours", asked.maxMinHours, (offer, max) => known(offer.minHours, (own) => own <= max)),
    check("max_usd_per_gpu_hour", asked.maxUsdPerGpuHour, (offer, max) => offer.usdPerGpuHour <= max),
    check("max_age_hours", asked.maxAgeHours, (offer, max) =>
      known(ageSeconds(offer, book, now), (age) => age <= max * 3600),
    ),
    check("executable_only", asked.executableOnly || undefined, (offer) => isExecutable(offer, book, now)),
  ].filter((active) => active !== null);

const check = <T>(
  constraint: Constraint,
  asked: T | undefined,
  test: (offer: BookOffer, asked: T) => boolean | null,
): Check | null => (asked === undefined ? null : { constraint, test: (offer) => test(offer, asked) });

const known = <T>(value: T | null, test: (value: T) => boolean): boolean | null =>
  value === null ? null : test(value);

const isAllowed = (provider: string, { allow, deny }: ProviderFilter): boolean =>
  (allow === undefined || allow.includes(provider)) && !deny?.includes(provider);
