import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recommendRoutes } from "../../src/desk/route.ts";
import type { RouteRequest } from "../../src/desk/route-request.ts";
import type { Book, BookOffer } from "../../src/domain/book.ts";
import { day } from "../../src/domain/time.ts";
import { AppError } from "../../src/errors.ts";
import { bookOf, bookOffer, sourceState, t0 } from "../helpers/offers.ts";
import { gpuTable } from "./gpu-table.ts";

const deps = {
  gpus: gpuTable,
  jurisdictions: (value: string) => (value === "EU" ? ["DE", "FR"] : [value]),
};
const request: RouteRequest = { gpu: "h100-sxm", gpus: 8, hours: 10 };

const route = (book: Book, changes: Partial<RouteRequest> = {}) =>
  recommendRoutes(book, { ...request, ...changes }, t0, deps);

const errorOf = (book: Book, changes: Partial<RouteRequest> = {}): AppError => {
  try {
    route(book, changes);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error("expected an AppError");
};

const at = (provider: string, usdPerGpuHour: number, changes: Partial<BookOffer> = {}) =>
  bookOffer(`${provider}-${changes.gpu ?? ""}${changes.purchase ?? ""}`, {
    provider,
    source: provider,
    usdPerGpuHour,
    ...changes,
  });

const idsOf = (book: Book, changes: Partial<RouteRequest> = {}) =>
  route(book, changes).plans.map((plan) => plan.legs.map((leg) => leg.listing_id).join("+"));

describe("plans", () => {
  const book = bookOf([at("a", 1.28), at("b", 2), at("c", 3), at("d", 4)]);

  test("are distinct, the cheapest first, three unless asked", () => {
    expect(idsOf(book)).toEqual(["a-", "b-", "c-"]);
    expect(idsOf(book, { k: 1 })).toEqual(["a-"]);
    expect(idsOf(book, { k: 9 })).toEqual(["a-", "b-", "c-", "d-"]);
  });

  test("show price per GPU, total, and cost lines that add up", () => {
    const [plan] = route(book).plans;
    expect(plan).toMatchObject({
      gpu: "h100-sxm",
      purchase: "on_demand",
      expected_usd: 102.4,
      expected_hours: 10,
      gpus_rented: 8,
      executable: true,
      worst_age_s: 120,
      cost_lines: [{ label: "8 x h100-sxm at a: $1.28 per GPU-hour for 10 h", usd: 102.4 }],
      warnings: [],
    });
    expect(plan!.legs[0]).toMatchObject({
      usd_per_gpu_hour: 1.28,
      usd_per_hour: 10.24,
      purchase: "on_demand",
    });
    expect(plan!.why).toContain("No feasible plan costs less.");
    expect(route(book).plans[1]!.why.join()).toContain("$57.60 (56.2 %) more than the cheapest plan.");
  });

  test("split over providers where that is cheaper, and beside that each provider alone", () => {
    const singles = bookOf(
      ["a", "b"].map((p, i) => at(p, 1 + i, { minGpus: 1, gpuCount: 1, availableGpus: 8 - 3 * i })),
    );
    expect(idsOf(singles)).toEqual(["a-"]);
    const few = bookOf([
      at("a", 1, { minGpus: 1, availableGpus: 4 }),
      at("b", 2, { minGpus: 1, availableGpus: 8 }),
    ]);
    expect(idsOf(few)).toEqual(["a-+b-", "b-"]);
    expect(idsOf(few, { single_provider: true })).toEqual(["b-"]);
    expect(route(few, { max_provider_share: 0.5 }).plans[0]!.legs.map((leg) => leg.gpus)).toEqual([4, 4]);
  });

  test("never mix GPU ids or purchases", () => {
    const half = { minGpus: 1, availableGpus: 4 };
    const mixed = bookOf([
      at("a", 1, half),
      at("b", 1, { ...half, gpu: "h100-pcie" }),
      at("c", 1, { ...half, purchase: "spot" }),
    ]);
    const error = errorOf(mixed, { gpu: "h100", interruptible: true });
    expect(error.details.available_gpus).toBe(4);
    const whole = bookOf([at("a", 2), at("b", 1, { gpu: "h100-pcie" }), at("c", 1.5, { gpu: "h100" })]);
    expect(route(whole, { gpu: "h100" }).plans.map((plan) => plan.gpu)).toEqual([
      "h100-pcie",
      "h100",
      "h100-sxm",
    ]);
  });

  test("ties are broken by listing id", () => {
    expect(idsOf(bookOf([at("b", 2), at("c", 2), at("a", 2)]))).toEqual(["a-", "b-", "c-"]);
  });

  test("rank by what a minimum stay makes them cost", () => {
    const stay = bookOf([at("a", 1, { minHours: 100 }), at("b", 3)]);
    const plans = route(stay).plans;
    expect(plans.map((plan) => [plan.legs[0]!.provider, plan.expected_usd])).toEqual([
      ["b", 240],
      ["a", 800],
    ]);
    expect(plans[1]!.warnings.join()).toContain("minimum stay");
  });
});

describe("what to run on", () => {
  const book = bookOf([
    at("a", 1, { gpu: "rtx-4090" }),
    at("b", 2, { gpu: "a100-80gb" }),
    at("c", 3, { gpu: "h100-pcie" }),
    at("d", 4),
  ]);
  const gpusOf = (changes: Partial<RouteRequest>) =>
    recommendRoutes(book, { gpus: 8, hours: 1, k: 9, ...changes }, t0, deps).plans.map((plan) => plan.gpu);

  test("a name or alias, a family with its members, several, or a minimum", () => {
    expect(gpusOf({ gpu: "H100 SXM5" })).toEqual(["h100-sxm"]);
    expect(gpusOf({ gpu: "h100" })).toEqual(["h100-pcie", "h100-sxm"]);
    expect(gpusOf({ any_of: ["rtx-4090", "h100-sxm"] })).toEqual(["rtx-4090", "h100-sxm"]);
    expect(gpusOf({ min: { vram_gib: 80 } })).toEqual(["a100-80gb", "h100-pcie", "h100-sxm"]);
    expect(gpusOf({ min: { vram_gib: 80, fp16_tflops: 700 } })).toEqual(["h100-pcie", "h100-sxm"]);
  });

  test("spot only where interruptions are allowed, with a warning", () => {
    const both = bookOf([at("a", 1, { purchase: "spot" }), at("a", 2)]);
    expect(route(both).plans.map((plan) => plan.purchase)).toEqual(["on_demand"]);
    expect(route(both, { interruptible: false }).excluded).toEqual({ purchase: 1 });
    const plans = route(both, { interruptible: true }).plans;
    expect(plans.map((plan) => plan.purchase)).toEqual(["spot", "on_demand"]);
    expect(plans[0]!.warnings.join()).toContain("interrupted");
    expect(plans[1]!.warnings).toEqual([]);
  });

  test("an unknown GPU is not found, with suggestions", () => {
    const error = errorOf(book, { gpu: "h1000" });
    expect(error.code).toBe("not_found");
    expect(error.details.suggestions).toEqual(["h100", "h100-sxm", "h100-pcie"]);
  });

  test.each<[string, Partial<RouteRequest>]>([
    ["gpu", { any_of: ["h100"] }],
    ["gpu", { gpu: undefined }],
    ["gpus", { gpus: -1 }],
    ["hours", { hours: Number.NaN }],
    ["k", { k: 0 }],
    ["max_provider_share", { max_provider_share: 0 }],
    ["max_provider_share", { max_provider_share: 1.1 }],
  ])("bad input names %s of %j", (field, changes) => {
    const error = errorOf(book, changes);
    expect([error.code, error.details.errors?.[0]?.field]).toEqual(["bad_input", field]);
  });
});

describe("hard constraints", () => {
  const book = bookOf([
    at("a", 1, { tier: "community", jurisdiction: "US", region: "us-1", reliability: null }),
    at("b", 2, { tier: "secure", jurisdiction: "DE", region: "eu-1", reliability: 0.99 }),
    at("c", 3, { tier: "secure", jurisdiction: "FR", region: "eu-2", country: "FR", reliability: 0.9 }),
    at("d", 4, { flags: ["price_band"] }),
  ]);

  test.each<[Partial<RouteRequest>, string[], Record<string, number>]>([
    [{}, ["a-", "b-", "c-"], { flagged: 1 }],
    [{ tier: "secure" }, ["b-", "c-"], { flagged: 1, tier: 1 }],
    [{ jurisdictions: ["EU"] }, ["b-", "c-"], { flagged: 1, jurisdictions: 1 }],
    [{ countries: ["FR"] }, ["c-"], { flagged: 1, countries: 2 }],
    [{ regions: ["eu-1", "us-1"] }, ["a-", "b-"], { flagged: 1, regions: 1 }],
    [{ min_reliability: 0.95 }, ["b-"], { flagged: 1, min_reliability: 1, min_reliability_unknown: 1 }],
    [{ providers: { deny: ["a", "b"] } }, ["c-"], { flagged: 1, providers: 2 }],
    [{ max_usd_per_gpu_hour: 2 }, ["a-", "b-"], { flagged: 1, max_usd_per_gpu_hour: 1 }],
    [{ max_total_usd: 160 }, ["a-", "b-"], { flagged: 1 }],
    [{ executable_only: true }, ["a-", "b-", "c-"], { flagged: 1 }],
  ])("%j", (changes, ids, excluded) => {
    const answer = route(book, changes);
    expect(answer.plans.map((plan) => plan.legs.map((leg) => leg.listing_id).join("+"))).toEqual(ids);
    expect(answer.excluded).toEqual(excluded);
    expect(answer.considered + Object.values(excluded).reduce((sum, n) => sum + n, 0)).toBe(4);
  });

  test("infeasible: names the constraints any one of which is to blame", () => {
    const blame = (changes: Partial<RouteRequest>) => errorOf(book, changes).details.constraints;
    expect(blame({ tier: "secure", max_usd_per_gpu_hour: 1.5 })).toEqual(["tier", "max_usd_per_gpu_hour"]);
    expect(blame({ jurisdictions: ["EU"], max_total_usd: 100 })).toEqual(["jurisdictions", "max_total_usd"]);
    expect(blame({ regions: ["mars"] })).toEqual(["regions"]);
    expect(blame({ regions: ["mars"], countries: ["XX"] })).toEqual([]);
    expect(blame({ gpus: 17, single_provider: true })).toEqual(["single_provider"]);
    expect(blame({ gpus: 16, max_provider_share: 0.4 })).toEqual(["max_provider_share"]);
    const spot = bookOf([at("a", 1, { purchase: "spot" })]);
    const details = { would_do: { interruptible: true }, available_gpus: 0, excluded: { purchase: 1 } };
    expect(errorOf(spot).details).toEqual({ ...details, constraints: [] });
    expect(errorOf(spot).message).not.toContain("interruptible");
    const ruledOut = errorOf(spot, { interruptible: false });
    expect(ruledOut.details).toEqual({ ...details, constraints: ["interruptible"] });
    expect(errorOf(book, { regions: ["mars"] })).toMatchObject({ code: "impossible" });
    expect(errorOf(book, { regions: ["mars"] }).message).toContain("Possible without regions.");
    expect(errorOf(bookOf([]))).toMatchObject({
      details: { constraints: [], available_gpus: 0, excluded: {} },
    });
  });

  test("infeasible: the figure it names would do, and a cent less would not", () => {
    const asked = { max_total_usd: 50, max_usd_per_gpu_hour: 100 };
    const error = errorOf(book, asked);
    const figure = (error.details.would_do as Record<string, number>).max_total_usd!;
    expect(error.message).toContain(`max_total_usd (cheapest is $${figure.toFixed(2)})`);
    expect(route(book, { ...asked, max_total_usd: figure }).plans[0]!.expected_usd).toBe(figure);
    expect(errorOf(book, { ...asked, max_total_usd: figure - 0.01 }).code).toBe("impossible");
  });

  test.each<[string, Partial<RouteRequest>, Partial<BookOffer>]>([
    ["min_reliability", { min_reliability: 0.99 }, { reliability: 0.98765 }],
    ["min_sla_uptime", { min_sla_uptime: 0.999 }, { slaUptime: 0.99 }],
    ["max_usd_per_gpu_hour", { max_usd_per_gpu_hour: 1 }, { usdPerGpuHour: 1.2345678 }],
    ["max_age_hours", { max_age_hours: 0.01 }, {}],
    ["max_provider_share", { max_provider_share: 0.5 }, {}],
  ])("infeasible: the figure for %s would do", (field, changes, offer) => {
    const only = bookOf([at("acme", 2, offer)]);
    const figures = errorOf(only, changes).details.would_do as Record<string, number>;
    expect(route(only, { [field]: figures[field] }).plans).toHaveLength(1);
  });
});

test("cost lines are cents that add up to the total", () => {
  const parts = [1.111, 1.222, 1.333].map((usd, i) =>
    at(`p${i}`, usd, { gpuCount: 3, minGpus: 3, availableGpus: 3 }),
  );
  const [plan] = route(bookOf(parts), { gpus: 9, hours: 7.77 }).plans;
  const cents = plan!.cost_lines.map(({ usd }) => usd);
  expect(cents).toEqual([25.9, 28.48, 31.07]);
  expect(plan!.expected_usd).toBe(85.45);
});

describe("stale data", () => {
  test("one provider's dead source leaves the rest and serves only where nothing else does", () => {
    const dead = [sourceState("dead", { lastGoodAt: t0 - day, failing: true })];
    const old = at("dead", 0.5);
    const answer = route(bookOf([old, at("b", 2)], dead));
    expect(answer.plans.map((plan) => plan.legs[0]!.provider)).toEqual(["b"]);
    expect(answer).toMatchObject({ considered: 1, excluded: { stale: 1 } });
    const alone = route(bookOf([old], dead));
    expect(alone.plans[0]).toMatchObject({ executable: false, worst_age_s: 86_400 });
    expect(alone.plans[0]!.warnings[0]).toContain("not confirmed");
    expect(alone).toMatchObject({ considered: 1, excluded: {} });
  });
});

describe("properties", () => {
  const anyOffer = fc.record({
    gpu: fc.constantFrom("h100-sxm", "h100-pcie"),
    purchase: fc.constantFrom("on_demand" as const, "spot" as const),
    provider: fc.constantFrom("a", "b", "c"),
    source: fc.constantFrom("a", "dead"),
    flags: fc.constantFrom([], [], [], ["derived" as const]),
    usdPerGpuHour: fc.integer({ min: 1, max: 6 }).map((price) => price / 2),
    minGpus: fc.constantFrom(1, 4, 8),
    availableGpus: fc.constantFrom(null, 0, 4, 8, 16),
    minHours: fc.constantFrom(null, 24),
  });
  const anyBook = fc
    .array(anyOffer, { maxLength: 15 })
    .map((rows) => rows.map((row, i) => bookOffer(`l${i}`, row)));

  test("cost lines add up, plans are sorted, distinct and unmixed, counts add up, order of rows is irrelevant", () => {
    const dead = [sourceState("dead", { lastGoodAt: t0 - day })];
    const asked: Partial<RouteRequest> = { gpu: "h100", interruptible: true, k: 5 };
    fc.assert(
      fc.property(anyBook, fc.integer({ min: 1, max: 20 }), (offers, gpus) => {
        const book = bookOf(offers, dead);
        let answer: ReturnType<typeof route>;
        try {
          answer = route(book, { ...asked, gpus });
        } catch (error) {
          expect(error).toMatchObject({ code: "impossible" });
          return;
        }
        const { plans, excluded, considered } = answer;
        expect(Object.values(excluded).reduce((sum, n) => sum + n, considered)).toBe(offers.length);
        expect(plans.map((plan) => plan.expected_usd)).toEqual(
          plans.map((plan) => plan.expected_usd).toSorted((a, b) => a - b),
        );
        const mixes = plans.map(
          ({ gpu, purchase, legs }) =>
            `${gpu}${purchase}${[...new Set(legs.map((leg) => leg.provider))].sort()}`,
        );
        expect(new Set(mixes).size).toBe(plans.length);
        for (const plan of plans) {
          expect(plan.cost_lines.reduce((sum, line) => sum + line.usd, 0)).toBe(plan.expected_usd);
          expect(new Set(plan.legs.map((leg) => `${leg.gpu}${leg.purchase}`)).size).toBe(1);
          expect(plan.gpus_rented).toBeGreaterThanOrEqual(gpus);
        }
        expect(route(bookOf(offers.toReversed(), dead), { ...asked, gpus })).toEqual(answer);
      }),
      { numRuns: 300 },
    );
  });

  test("more plans asked start with the same plans", () => {
    fc.assert(
      fc.property(anyBook, fc.integer({ min: 1, max: 12 }), (offers, gpus) => {
        const plans = (k: number) => {
          try {
            return route(bookOf(offers), { gpu: "h100", gpus, k }).plans;
          } catch {
            return [];
          }
        };
        expect(plans(2)).toEqual(plans(9).slice(0, 2));
      }),
    );
  });
});
