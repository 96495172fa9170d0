import { type Book, type BookOffer, beliefOf, gpusBehind } from "../domain/book.ts";
import type { Instant } from "../domain/time.ts";
import { isCurrentState } from "../domain/validity.ts";
import { groupBy } from "../models/group-by.ts";
import { lowerWeightedMedian } from "../models/weighted-median.ts";
import type { FleetRow } from "../store/read-beside.ts";

/** What a venue reports of a region. */
export interface DemandPoint {
  readonly source: string;
  readonly provider: string;
  readonly region: string | null;
  readonly totalGpus: number;
  readonly rentedGpus: number;
  /** Median ask of the venue's GPUs in the book, in the region where it shows some there. */
  readonly usdPerGpuHour: number | null;
  readonly since: Instant;
}

export type DemandReason = "no_reported_demand" | "stale" | "nothing_rented" | "no_reference_price";

export interface ReportedDemand {
  readonly points: readonly DemandPoint[];
  readonly totalGpus: number | null;
  readonly rentedGpus: number | null;
  readonly venues: number;
  /** Price at which they are rented: the venues' asks by rented GPUs, else the median ask of the cell. */
  readonly usdPerGpuHour: number | null;
  readonly reason: DemandReason | null;
  /** Fleets that are not used, by reason. */
  readonly excluded: Readonly<Record<string, number>>;
}

/**
 * Demand as venues report it at `now`: fleets whose source is current, one source a provider (the one that is believed
 * first, as with prices and in the free share of tightness), with the asks of `offers`. `reason` says why there is no
 * point on a demand curve.
 */
export const reportedDemand = (
  fleets: readonly FleetRow[],
  offers: readonly BookOffer[],
  book: Book,
  now: Instant,
): ReportedDemand => {
  const beliefIn = ({ source }: FleetRow): number => beliefOf[book.sources.get(source)?.kind ?? "import"];
  const sized = fleets.filter(({ totalGpus }) => totalGpus > 0);
  const fresh = sized.filter(({ source }) => isCurrentState(book.sources.get(source), now));
  const speaking = [...groupBy(fresh, ({ provider }) => provider).values()].flatMap((own) => {
    const [best] = [...own].sort((a, b) => beliefIn(a) - beliefIn(b) || (a.source < b.source ? -1 : 1));
    return own.filter(({ source }) => source === best!.source);
  });
  const points = [...groupBy(speaking, ({ provider, region }) => `${provider}\n${region ?? ""}`).values()];
  const excluded = { stale: sized.length - fresh.length, better_source: fresh.length - speaking.length };
  return {
    ...sumUp(
      points.map((own) => pointOf(own, offers)),
      offers,
      sized.length > 0,
    ),
    excluded: Object.fromEntries(Object.entries(excluded).filter(([, count]) => count > 0)),
  };
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const medianAsk = (offers: readonly BookOffer[]): number | null =>
  lowerWeightedMedian(offers.map((offer) => ({ value: offer.usdPerGpuHour, weight: gpusBehind(offer) })));

const pointOf = (own: readonly FleetRow[], offers: readonly BookOffer[]): DemandPoint => {
  const { source, provider, region } = own[0]!;
  const asks = offers.filter((offer) => offer.provider === provider);
  const here = asks.filter((offer) => region !== null && offer.region === region);
  return {
    source,
    provider,
    region,
    totalGpus: sum(own.map(({ totalGpus }) => totalGpus)),
    rentedGpus: sum(own.map(({ rentedGpus }) => rentedGpus)),
    usdPerGpuHour: medianAsk(here.length > 0 ? here : asks),
    since: Math.max(...own.map(({ since }) => since)),
  };
};

const sumUp = (
  points: readonly DemandPoint[],
  offers: readonly BookOffer[],
  anyReported: boolean,
): Omit<ReportedDemand, "excluded"> => {
  const rented = sum(points.map(({ rentedGpus }) => rentedGpus));
  const price = priceOf(points) ?? medianAsk(offers);
  const silent = anyReported ? "stale" : "no_reported_demand";
  const thin = rented > 0 ? (price === null ? "no_reference_price" : null) : "nothing_rented";
  return {
    points,
    totalGpus: points.length === 0 ? null : sum(points.map(({ totalGpus }) => totalGpus)),
    rentedGpus: points.length === 0 ? null : rented,
    venues: new Set(points.map(({ provider }) => provider)).size,
    usdPerGpuHour: points.length === 0 ? null : price,
    reason: points.length === 0 ? silent : thin,
  };
};

const priceOf = (points: readonly DemandPoint[]): number | null => {
  const priced = points.filter(({ usdPerGpuHour, rentedGpus }) => usdPerGpuHour !== null && rentedGpus > 0);
  const gpus = sum(priced.map(({ rentedGpus }) => rentedGpus));
  return gpus > 0 ? sum(priced.map((point) => point.usdPerGpuHour! * point.rentedGpus)) / gpus : null;
};
