import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buyQuote } from "../../src/desk/quote.ts";
import { supplyStack, walkStack } from "../../src/models/supply-stack.ts";
import { bookOf, bookOffer, t0 } from "../helpers/offers.ts";

const listing = fc.record({
  usdPerGpuHour: fc.integer({ min: 100, max: 9999 }).map((cents) => cents / 100),
  free: fc.integer({ min: 1, max: 20 }),
  minGpus: fc.constantFrom(1, 2, 4, 8),
});

const offersOf = (listings: readonly { usdPerGpuHour: number; free: number; minGpus: number }[]) =>
  listings.map(({ usdPerGpuHour, free, minGpus }, i) =>
    bookOffer(`${i}`, { usdPerGpuHour, minGpus, gpuCount: minGpus, availableGpus: free * minGpus }),
  );

const quoted = (offers: ReturnType<typeof offersOf>, gpus: number) =>
  buyQuote(bookOf(offers), { gpu_ids: new Set(["h100-sxm"]), gpus, hours: 1, purchase: "on_demand" }, t0);

describe("the quote beside the walk up the stack", () => {
  it("is the same where every GPU is sold alone", () => {
    fc.assert(
      fc.property(fc.array(listing, { minLength: 1, maxLength: 8 }), fc.nat(), (listings, n) => {
        const offers = offersOf(listings.map((each) => ({ ...each, minGpus: 1 })));
        const total = offers.reduce((sum, offer) => sum + offer.availableGpus!, 0);
        const gpus = 1 + (n % total);
        const walk = walkStack(supplyStack(offers), gpus)!;
        const quote = quoted(offers, gpus);
        expect(quote.vwap_usd_per_gpu_hour).toBeCloseTo(walk.vwap, 5);
        expect(quote.slippage_bps).toBeCloseTo(walk.slippageBps, 0);
      }),
    );
  });

  it("is never below it where hosts are sold whole", () => {
    fc.assert(
      fc.property(fc.array(listing, { minLength: 1, maxLength: 8 }), fc.nat(), (listings, n) => {
        const offers = offersOf(listings);
        const total = offers.reduce((sum, offer) => sum + offer.availableGpus!, 0);
        const gpus = 1 + (n % total);
        const walk = walkStack(supplyStack(offers), gpus)!;
        expect(quoted(offers, gpus).vwap_usd_per_gpu_hour).toBeGreaterThanOrEqual(walk.vwap - 1e-6);
      }),
    );
  });
});
