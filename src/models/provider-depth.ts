import { median } from "simple-statistics";

/** What listings tell of the GPUs behind them, added up over listings where there are several. */
export interface Depth {
  /** Free GPUs that are told. */
  readonly free: number;
  /** Listings that tell theirs. */
  readonly telling: number;
  /** Parts of a region and type (`IndexListing.part`) of those that do not. */
  readonly silent: number;
}

export const noDepth: Depth = { free: 0, telling: 0, silent: 0 };

export const sumDepth = (a: Depth, b: Depth): Depth => ({
  free: a.free + b.free,
  telling: a.telling + b.telling,
  silent: a.silent + b.silent,
});

/**
 * GPUs that each provider weighs before the cap, in the order given: those it tells, the median of the providers that
 * tell for one that does not (null), 1 where none tells. Source: methods.md 1.1. Empty gives empty.
 */
export const providerDepths = (told: readonly (number | null)[]): number[] => {
  const known = told.filter((gpus) => gpus !== null);
  const usual = known.length === 0 ? 1 : median(known);
  return told.map((gpus) => gpus ?? usual);
};

/** Free GPUs that a provider tells over its listings; null where it tells none. */
export const toldGpus = ({ free, telling }: Depth): number | null => (telling === 0 ? null : free);

/**
 * How much of its provider's weight listings take, 0..1: by their told stock, a listing that tells none like the mean
 * of those that do; where none tells, equally by region and type. Package size has no part in it.
 */
export const shareOfProvider = (own: Depth, provider: Depth): number => {
  const each = provider.telling === 0 ? 1 : provider.free / provider.telling;
  return (own.free + own.silent * each) / (provider.free + provider.silent * each);
};
