import type { Offer } from "../../src/domain/offer.ts";
import type { Instant } from "../../src/domain/time.ts";
import type { Catalog } from "../../src/store/catalog.ts";
import type { Database } from "../../src/store/database.ts";
import { writePastPulls } from "../../src/store/write-history.ts";
import type { PullRecord } from "../../src/store/write-pull.ts";
import { aPull } from "./tape.ts";

export interface Past {
  readonly pull: Partial<PullRecord> & { readonly observedAt: Instant };
  readonly offers: readonly Offer[];
}

/** Writes many pulls, known at their own times, in one transaction; the book in memory does not follow. */
export const writePast = async (
  database: Database,
  catalog: Catalog,
  past: readonly Past[],
): Promise<void> => {
  const pulls = past.map(({ pull, offers }) => ({
    pull: aPull(pull),
    sightings: offers.map((offer) => ({
      offer,
      priceRaw: offer.priceRaw,
      usdPerGpuHour: offer.usdPerGpuHour,
      flags: offer.flags,
    })),
    rejects: [],
  }));
  await writePastPulls(database, catalog, pulls, Math.max(...past.map(({ pull }) => pull.observedAt)));
};
