import { type Book, type BookOffer, buildBook, type SourceState } from "../../src/domain/book.ts";
import { minute } from "../../src/domain/time.ts";

/** The market time of every test book. */
export const t0 = Date.UTC(2026, 7, 1);

/** A whole 8-GPU host at 2 USD per GPU-hour, told exactly; `id` names listing and offer. */
export const bookOffer = (id: string, changes: Partial<BookOffer> = {}): BookOffer => ({
  listingId: id,
  listingNo: Number.parseInt(id.replace(/\D/g, ""), 10) || 1,
  firstSeenAt: t0 - 60 * minute,
  changedAt: t0 - 60 * minute,
  source: "acme",
  provider: "acme",
  upstream: null,
  offerId: id,
  machineId: null,
  gpuRaw: "H100 SXM",
  gpu: "h100-sxm",
  gpuCount: 8,
  minGpus: 8,
  vramGib: 80,
  gpuShare: 1,
  machineShare: null,
  purchase: "on_demand",
  tier: null,
  termMonths: null,
  minHours: null,
  upfrontShare: null,
  priceRaw: 16,
  unitRaw: "USD per instance-hour",
  currency: "USD",
  fxRate: null,
  fxDate: null,
  usdPerGpuHour: 2,
  includes: null,
  region: "us-1",
  zone: null,
  country: "US",
  jurisdiction: "US",
  availableGpus: 8,
  availableIs: "exact",
  reliability: null,
  slaUptime: null,
  interconnect: null,
  confidential: null,
  flags: [],
  effectiveFrom: null,
  observedAt: t0,
  sourceUrl: null,
  scope: "",
  ...changes,
});

/** A direct source that was complete two minutes ago and runs every ten. */
export const sourceState = (source: string, changes: Partial<SourceState> = {}): SourceState => ({
  source,
  kind: "direct",
  everyMinutes: 10,
  lastGoodAt: t0 - 2 * minute,
  completeness: "complete",
  failing: false,
  ...changes,
});

/** A book of these offers; every source they name is healthy unless given. */
export const bookOf = (offers: readonly BookOffer[], sources: readonly SourceState[] = []): Book => {
  const named = [...new Set(offers.map((offer) => offer.source))].map((source) => sourceState(source));
  const states = new Map([...named, ...sources].map((state) => [state.source, state]));
  return buildBook(offers, states, { version: 1, at: t0, asOf: t0 });
};
