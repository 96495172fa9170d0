import { type Tightness, tightness, tightnessDays } from "./score.ts";

/** What was read of a market at an instant and over the day before it; null where nobody tells. */
export interface TightnessDay {
  readonly at: number;
  readonly freeShare: number | null;
  readonly soldOutShare: number | null;
  /** First sights and returns less disappearances, a listing and day. */
  readonly netNewListings: number | null;
  readonly hoursToDisappear: number | null;
  readonly spotDiscount: number | null;
  /** Median ask, USD per GPU-hour. */
  readonly usdPerGpuHour: number | null;
}

/** Parts that can be read off a day. Launch failures are none of them yet: nobody reports outcomes. */
const readParts = {
  free_share: "freeShare",
  sold_out_share: "soldOutShare",
  net_new_listings: "netNewListings",
  hours_to_disappear: "hoursToDisappear",
  spot_discount: "spotDiscount",
} as const;

/** The tightness of a day against the 30 days last given of those before it. Refuses as `tightness` does. */
export const tightnessOn = (now: TightnessDay, before: readonly TightnessDay[]): Tightness => {
  const past = before.slice(-tightnessDays);
  return tightness(
    Object.fromEntries(
      Object.entries(readParts).map(([part, field]) => [
        part,
        { now: now[field], before: past.map((day) => day[field]) },
      ]),
    ),
  );
};
