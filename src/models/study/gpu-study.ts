import { identified } from "../curves/identified.ts";
import { type IsotonicPoint, isotonicSupply } from "../curves/isotonic.ts";
import { type PowerSupply, powerSupply } from "../curves/power-supply.ts";
import { headlineInterval, headlineLeverage, type LeverageRow } from "../index/headline-uncertainty.ts";
import type { PricedObservation } from "../index/priced-observation.ts";
import { type HedonicIndex, timeDummyHedonic } from "../index/time-dummy-hedonic.ts";
import type { IndexListing } from "../index-listing.ts";
import { type ListingSpread, listingSpread } from "../spreads/listing-spread.ts";
import { type SpotPair, spotDiscount, spotRiskPremium } from "../spreads/spot-discount.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { observationsOf } from "./observations.ts";
import { qualityAdjusted } from "./quality-adjusted.ts";
import { numberAt, rowsOf, type Table, wordAt } from "./table.ts";

/** What a book holds of one GPU on one kind of terms. */
export interface CellInput {
  /** Whole cards of the tiers of the index, each machine once: provider, usd, gpus, freeGpus, part. */
  readonly index: Table;
  /** The stack of all tiers by price, each machine once: provider, usd, gpus and grades. */
  readonly stack: Table;
}

/** What a book holds of one GPU, laid out for fits, so that it can cross to a thread. */
export interface GpuStudyInput {
  readonly onDemand: CellInput;
  readonly spot: CellInput;
  /** Matched offers: onDemandUsd, spotUsd, hazard (null where not told), cluster. */
  readonly pairs: Table;
  /** Asks with the least bid taken: ask, bid, host. */
  readonly twoSided: Table;
}

export interface CellStudy {
  /** Interval of the headline by drawing providers. */
  readonly headline: Estimate;
  readonly leverage: readonly LeverageRow[];
  readonly supply: Omit<PowerSupply, "elasticity"> & { readonly elasticity: Estimate };
  /** The stack as a rising curve of quality-adjusted prices. */
  readonly isotonic: readonly IsotonicPoint[];
}

/** The fits of one GPU at one instant. */
export interface GpuStudy {
  readonly onDemand: CellStudy;
  readonly spot: CellStudy;
  /** What traits and providers add to the on-demand price at this instant, everything else equal. */
  readonly differentials: Pick<HedonicIndex, "effects" | "dropped" | "n" | "reason">;
  readonly spotDiscount: Estimate;
  /** On-demand over spot once interruptions are counted, less 1. */
  readonly spotRiskPremium: Estimate;
  readonly listingSpread: ListingSpread;
}

/** The job that interruptions are weighed with where none is named: a day of work with a checkpoint of 5 minutes. */
export const standardJob = { workHours: 24, checkpointHours: 5 / 60, restartHours: 0.25 } as const;

const replicates = 500;
/** Draws of the supply curve, each a fit of the whole stack. */
const curveReplicates = 200;
/** Draws depend on the listings alone, so that the same book gives the same bounds. */
const seed = 1;

/**
 * All fits of one GPU from one instant of the book: interval and leverage of the headline, supply curves, grade
 * differentials and provider basis, spot discount and listing spread. Prices in USD per GPU-hour, spreads as shares,
 * differentials in log points. The same input gives the same answer. Empty cells answer with each part's own reason.
 */
export const studyGpu = ({ onDemand, spot, pairs, twoSided }: GpuStudyInput): GpuStudy => {
  const stack = observationsOf(onDemand.stack);
  const { effects, dropped, n, reason } = differentialsOf(stack);
  const matched = pairsOf(pairs);
  const others = observationsOf(spot.stack);
  return {
    onDemand: studyCell(onDemand, stack, qualityAdjusted(stack, effects)),
    spot: studyCell(spot, others, others),
    differentials: { effects, dropped, n, reason },
    spotDiscount: spotDiscount(matched),
    spotRiskPremium: spotRiskPremium(matched, standardJob),
    listingSpread: listingSpread(
      rowsOf(twoSided, (row) => ({
        askUsdPerGpuHour: numberAt(twoSided, "ask", row)!,
        bidUsdPerGpuHour: numberAt(twoSided, "bid", row)!,
        host: wordAt(twoSided, "host", row)!,
      })),
    ),
  };
};

const pairsOf = (pairs: Table): SpotPair[] =>
  rowsOf(pairs, (row) => {
    const hazardPerHour = numberAt(pairs, "hazard", row);
    return {
      onDemandUsdPerGpuHour: numberAt(pairs, "onDemandUsd", row)!,
      spotUsdPerGpuHour: numberAt(pairs, "spotUsd", row)!,
      cluster: wordAt(pairs, "cluster", row)!,
      ...(hazardPerHour === null ? {} : { hazardPerHour }),
    };
  });

/** Grades and providers together; where there are too few offers for that, providers alone. */
const differentialsOf = (stack: readonly PricedObservation[]): HedonicIndex => {
  const full = timeDummyHedonic(stack);
  if (full.degreesOfFreedom > 0 || full.n < 2) return full;
  const alone = timeDummyHedonic(
    stack.map((each) => ({ ...each, traits: { provider: each.traits.provider ?? null } })),
  );
  const others = Object.keys(stack[0]!.traits).filter((trait) => trait !== "provider");
  return { ...alone, dropped: [...alone.dropped, ...others] };
};

const studyCell = (
  { index }: CellInput,
  stack: readonly PricedObservation[],
  adjusted: readonly { readonly usdPerGpuHour: number; readonly gpus: number }[],
): CellStudy => {
  const listings = listingsOf(index);
  const supply = powerSupply(stack, { seed, replicates: curveReplicates });
  return {
    headline: headlineInterval(listings, { seed, replicates }),
    leverage: headlineLeverage(listings),
    supply: { ...supply, elasticity: identified(supply.elasticity) },
    isotonic: isotonicSupply(adjusted),
  };
};

const listingsOf = (table: Table): IndexListing[] =>
  rowsOf(table, (row) => ({
    id: String(row),
    provider: wordAt(table, "provider", row)!,
    usdPerGpuHour: numberAt(table, "usd", row)!,
    gpus: numberAt(table, "gpus", row)!,
    freeGpus: numberAt(table, "freeGpus", row),
    machine: null,
    part: numberAt(table, "part", row)!,
  }));
