import type { OfferDraft } from "../domain/offer.ts";

const isShare = (value: number): boolean => value >= 0 && value <= 1;
const isAmount = (value: number): boolean => Number.isFinite(value) && value > 0;
const upTo =
  (most: number) =>
  (value: number): boolean =>
    value > 0 && value <= most;
const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

/** What a value must be to be on its scale; a price, a count of GPUs and what names a listing are not among them. */
const scales = {
  vramGib: upTo(1024),
  machineShare: isShare,
  minHours: isAmount,
  upfrontShare: isShare,
  availableGpus: isCount,
  reliability: isShare,
  slaUptime: isShare,
  interruptionLow: isShare,
  interruptionHigh: isShare,
  minBidPerGpuHour: isAmount,
  country: (value: string) => /^[A-Z]{2}$/.test(value),
  effectiveFrom: Number.isFinite,
} as const satisfies { readonly [K in keyof OfferDraft]?: (value: never) => boolean };

/** More than any machine for rent has: bytes or MiB read as GiB lie above. */
const included = { cpuCores: upTo(10_000), ramGib: upTo(100_000), diskGib: upTo(10_000_000) } as const;

/**
 * The draft without the side fields that are off their scale (a reliability of 97.3 where shares are meant), and their
 * names: such a value costs the field, which is then not told, and never the offer. All on scale: the same draft.
 */
export const withoutOddFields = (
  draft: OfferDraft,
): { readonly draft: OfferDraft; readonly odd: readonly string[] } => {
  const odd = oddOf(draft, checks);
  const oddIncluded = draft.includes == null ? none : oddOf(draft.includes, includedChecks);
  if (odd.length === 0 && oddIncluded.length === 0) return { draft, odd: none };
  const cleared = Object.fromEntries(odd.map((name) => [name, null]));
  const includes = { ...draft.includes, ...Object.fromEntries(oddIncluded.map((name) => [name, null])) };
  return { draft: { ...draft, ...cleared, includes }, odd: [...odd, ...oddIncluded] };
};

const none: readonly string[] = [];

const isOdd = <T>(value: T | null | undefined, isOnScale: (value: T) => boolean): boolean =>
  value != null && !isOnScale(value);

type Checks<K extends string> = readonly (readonly [K, (value: unknown) => boolean])[];

/** Makes no list where nothing is odd: a pull can bring a hundred thousand drafts. */
const oddOf = <K extends string>(
  row: { readonly [name in K]?: unknown },
  fields: Checks<K>,
): readonly string[] => {
  const fails = ([name, isOnScale]: Checks<K>[number]): boolean => isOdd(row[name], isOnScale);
  return fields.some(fails) ? fields.filter(fails).map(([name]) => name) : none;
};

const checks = Object.entries(scales) as unknown as Checks<keyof typeof scales>;
const includedChecks = Object.entries(included) as unknown as Checks<keyof typeof included>;
