import { beforeAll, describe, expect, it } from "vitest";
import { type JudgeContext, judge } from "../../src/collect/judge.ts";
import type { FxRate } from "../../src/domain/money.ts";
import type { Offer, OfferDraft } from "../../src/domain/offer.ts";
import { loadReference, type Reference } from "../../src/reference.ts";

let reference: Reference;
beforeAll(async () => {
  reference = await loadReference();
});

/** Friday and Thursday; one euro buys this many units. */
const rates: FxRate[] = [
  { date: "2026-07-30", currency: "USD", perEuro: 1.1 },
  { date: "2026-07-31", currency: "USD", perEuro: 1.2 },
  { date: "2026-07-31", currency: "GBP", perEuro: 0.8 },
  { date: "2026-07-30", currency: "JPY", perEuro: 160 },
];
const sunday = Date.UTC(2026, 7, 2, 15);

const draft = (changes: Partial<OfferDraft> = {}): OfferDraft => ({
  provider: "acme",
  offerId: "a",
  gpuRaw: "H100 SXM",
  gpuCount: 8,
  purchase: "on_demand",
  priceRaw: 16,
  unitRaw: "USD per instance-hour",
  currency: "USD",
  pricePerGpuHour: 2,
  ...changes,
});

const judged = (changes: Partial<OfferDraft>, more: Partial<JudgeContext> = {}) =>
  judge(draft(changes), { source: "test", ...reference, rates, observedAt: sunday, ...more });

const offer = (changes: Partial<OfferDraft>, more: Partial<JudgeContext> = {}): Offer => {
  const result = judged(changes, more);
  if ("reject" in result) throw new Error(result.reject.reason);
  return result.offer;
};

it("reads the card off what the venue tells of the machine", () => {
  const told = { gpuRaw: "Tesla V100", instanceType: null, vramGib: 32 };
  expect(offer({ ...told, evidence: { powerW: 250, nvlink: false } }).gpu).toBe("v100-pcie-32gb");
  expect(offer(told).gpu).toBe("v100-32gb");
});

describe("what is refused", () => {
  it.each<[string, Partial<OfferDraft>]>([
    ["bad_price", { pricePerGpuHour: 0 }],
    ["bad_price", { pricePerGpuHour: -1 }],
    ["bad_price", { pricePerGpuHour: Number.NaN }],
    ["bad_price", { pricePerGpuHour: Number.POSITIVE_INFINITY }],
    ["bad_price", { priceRaw: 0 }],
    ["bad_price", { priceRaw: Number.NaN }],
    ["bad_currency", { currency: "US$" }],
    ["bad_currency", { currency: "" }],
    ["no_provider", { provider: " " }],
    ["no_gpu_name", { gpuRaw: " " }],
    ["no_offer_id", { offerId: "" }],
    ["bad_gpu_count", { gpuCount: 0 }],
    ["bad_gpu_count", { gpuCount: 1.5 }],
    ["bad_gpu_count", { gpuCount: Number.NaN }],
    ["bad_gpu_count", { minGpus: 9 }],
    ["bad_gpu_count", { minGpus: 0 }],
    ["bad_gpu_share", { gpuShare: 0 }],
    ["bad_gpu_share", { gpuShare: 1.1 }],
    ["bad_availability", { availableGpus: 1, availableIs: "about" as "exact" }],
    ["bad_term", { termMonths: 0 }],
    ["bad_purchase", { purchase: "lease" as "spot" }],
    ["bad_purchase", { tier: "gold" as "secure" }],
    ["no_fx_rate", { currency: "CHF" }],
  ])("%s: %j", (reason, changes) => {
    const result = judged(changes);
    expect(result).toMatchObject({ reject: { reason } });
    expect(JSON.parse("reject" in result ? result.reject.raw : "")).toMatchObject({
      unitRaw: draft().unitRaw,
    });
  });

  it.each<[field: keyof Offer, Partial<OfferDraft>]>([
    ["machineShare", { machineShare: -0.1 }],
    ["vramGib", { vramGib: 0 }],
    ["vramGib", { vramGib: Number.POSITIVE_INFINITY }],
    ["vramGib", { vramGib: 81_559 }],
    ["availableGpus", { availableGpus: -1 }],
    ["availableGpus", { availableGpus: 1.5 }],
    ["reliability", { reliability: 97.3 }],
    ["slaUptime", { slaUptime: -1 }],
    ["upfrontShare", { upfrontShare: 2 }],
    ["interruptionLow", { interruptionLow: 5 }],
    ["interruptionHigh", { interruptionHigh: Number.NaN }],
    ["minHours", { minHours: -1 }],
    ["country", { country: "Germany" }],
  ])("%s off its scale costs the field and not the offer: %j", (field, changes) => {
    const result = judged(changes);
    expect(result).toMatchObject({ offer: { [field]: null, usdPerGpuHour: 2 }, odd: [field] });
  });

  it("costs several fields where several are odd, and says which", () => {
    const odd = { reliability: 97.3, includes: { cpuCores: -4, ramGib: 2_015_000, diskGib: 100 } };
    expect(judged(odd)).toMatchObject({
      offer: { reliability: null, includes: { cpuCores: null, ramGib: null, diskGib: 100 } },
      odd: ["reliability", "cpuCores", "ramGib"],
    });
    expect(judged({})).toMatchObject({ odd: [] });
  });

  it("keeps the raw text, cut where it is endless", () => {
    const result = judged({ pricePerGpuHour: 0, gpuRaw: "x".repeat(5000) });
    expect("reject" in result && result.reject.raw).toHaveLength(2000);
  });

  it("takes a machine id in place of an offer id", () => {
    expect(offer({ offerId: "", machineId: "m1" }).machineId).toBe("m1");
  });
});

describe("currencies", () => {
  it("takes Friday's rate at the weekend", () => {
    const euro = offer({ currency: "EUR" });
    expect(euro).toMatchObject({ fxRate: 1.2, fxDate: "2026-07-31", currency: "EUR", priceRaw: 16 });
    expect(euro.usdPerGpuHour).toBeCloseTo(2.4, 12);
  });

  it("understands either case", () => {
    expect(offer({ currency: "eur" })).toMatchObject({ fxRate: 1.2, currency: "EUR" });
    expect(offer({ currency: " usd " })).toMatchObject({ fxRate: null, currency: "USD" });
    expect(judged({ currency: "chf" })).toMatchObject({ reject: { reason: "no_fx_rate" } });
  });

  it("crosses over the euro, both legs of one day", () => {
    expect(offer({ currency: "GBP" }).usdPerGpuHour).toBeCloseTo((2 * 1.2) / 0.8, 12);
    expect(judged({ currency: "JPY" })).toMatchObject({ reject: { reason: "no_fx_rate" } });
  });

  it("takes the day's own rate where there is one", () => {
    expect(offer({ currency: "EUR" }, { observedAt: Date.UTC(2026, 6, 30, 23) }).fxRate).toBe(1.1);
  });

  it("holds a price out where no rate is at most seven days old, or only a later one is", () => {
    const at = (day: number, month = 7) => ({ observedAt: Date.UTC(2026, month, day) });
    expect(offer({ currency: "EUR" }, at(7)).fxRate).toBe(1.2);
    expect(judged({ currency: "EUR" }, at(8))).toMatchObject({ reject: { reason: "no_fx_rate" } });
    expect(judged({ currency: "EUR" }, at(29, 6))).toMatchObject({ reject: { reason: "no_fx_rate" } });
    expect(judged({ currency: "EUR" }, { rates: [] })).toMatchObject({ reject: { reason: "no_fx_rate" } });
  });

  it("needs none for dollars, and says so", () => {
    expect(offer({}, { rates: [] })).toMatchObject({ fxRate: null, fxDate: null, usdPerGpuHour: 2 });
  });
});

describe("flags", () => {
  it("keeps an unknown GPU under its raw name", () => {
    expect(offer({ gpuRaw: "XPU 9000" })).toMatchObject({ gpu: "unknown:XPU 9000", flags: ["unknown_gpu"] });
  });

  it("marks parts of a card, by share or by name", () => {
    expect(offer({ gpuShare: 0.5 }).flags).toEqual(["slice"]);
    expect(offer({ gpuRaw: "H100 MIG 1g.10gb", gpuCount: 1 }).flags).toContain("slice");
  });

  it("marks statistics and prices without a machine", () => {
    expect(offer({ derived: true }).flags).toEqual(["derived"]);
    expect(offer({ gpuOnly: true }).flags).toEqual(["gpu_only"]);
  });
});

describe("what an offer becomes", () => {
  it("gets its GPU, its provider by the present name and its places", () => {
    const verda = offer({ provider: "DataCrunch", gpuRaw: "NVIDIA H100 80GB HBM3", upstream: "Lambda Labs" });
    expect(verda).toMatchObject({
      provider: "verda",
      jurisdiction: "FI",
      gpu: "h100-sxm",
      upstream: "lambda",
    });
    expect(offer({ provider: "aws", region: "eu-west-1" }).country).toBe("IE");
    expect(offer({ provider: "aws", region: "eu-west-1", country: "FR" }).country).toBe("FR");
    expect(offer({ provider: "nobody", region: "nowhere" })).toMatchObject({
      country: null,
      jurisdiction: null,
    });
  });

  it("turns what is not told into null, never into 0", () => {
    const { minGpus, gpuShare, flags, scope, ...rest } = offer({});
    expect([minGpus, gpuShare, flags, scope]).toEqual([8, 1, [], ""]);
    for (const field of [
      ...[
        "upstream",
        "machineId",
        "vramGib",
        "machineShare",
        "tier",
        "termMonths",
        "minHours",
        "upfrontShare",
      ],
      ...[
        "includes",
        "region",
        "zone",
        "country",
        "availableGpus",
        "availableIs",
        "reliability",
        "slaUptime",
      ],
      ...["interconnect", "confidential", "effectiveFrom", "sourceUrl"],
    ] as const)
      expect(rest[field], field).toBeNull();
    expect(offer({ includes: { cpuCores: 8 } }).includes).toEqual({
      cpuCores: 8,
      ramGib: null,
      diskGib: null,
    });
  });

  it("calls a count exact unless the venue says otherwise", () => {
    expect(offer({ availableGpus: 0 })).toMatchObject({ availableGpus: 0, availableIs: "exact" });
    expect(offer({ availableGpus: 8, availableIs: "floor" }).availableIs).toBe("floor");
    expect(offer({ availableIs: "floor" }).availableIs).toBeNull();
  });

  it("takes the venue's time, never one after the receipt", () => {
    expect(offer({ observedAt: sunday - 5000 }).observedAt).toBe(sunday - 5000);
    expect(offer({ observedAt: sunday + 5000 }).observedAt).toBe(sunday);
  });
});
