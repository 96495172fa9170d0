import { expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { vast } from "../../src/sources/vast.ts";
import { at, fetchFixture, payload, payloadsOf } from "./fixture.ts";

const { offers, rejects, dropped, completeness } = vast.parse(payloadsOf("vast"), at);

test("an ask is the price of all its GPUs without disk", () => {
  expect(offers.find((offer) => offer.offerId === "2000")).toEqual({
    provider: "vast",
    offerId: "2000",
    machineId: "300",
    gpuRaw: "RTX 4090",
    vramGib: 24564 / 1024,
    evidence: { powerW: null, nvlink: null },
    gpuCount: 4,
    machineShare: 1,
    purchase: "on_demand",
    tier: "secure",
    priceRaw: 1.6,
    unitRaw: "USD per offer-hour without disk (dph_base)",
    currency: "USD",
    pricePerGpuHour: 0.4,
    includes: { cpuCores: 16, ramGib: null, diskGib: null },
    region: ", NL",
    country: "NL",
    availableGpus: 4,
    availableIs: "exact",
    reliability: 0.9876,
    minBidPerGpuHour: expect.closeTo(0.28, 9),
    scope: "RTX 4090",
  });
  expect(offers.find((offer) => offer.offerId === "1000")).toMatchObject({
    tier: "community",
    country: "US",
    machineShare: 0.25,
    includes: { cpuCores: 16, ramGib: 64 },
  });
});

test("power and the link that was measured are evidence for the card", () => {
  const row = (JSON.parse(payloadsOf("vast")[1]!.body) as { offers: object[] }).offers[0]!;
  const body = JSON.stringify({
    offers: [
      { ...row, id: 1, gpu_max_power: 250, bw_nvlink: 0 },
      { ...row, id: 2, gpu_max_power: 300, bw_nvlink: 154.7 },
      { ...row, id: 3, gpu_max_power: "n/a", bw_nvlink: null },
    ],
  });
  expect(vast.parse([payload("Tesla V100-1", body)], at).offers.map(({ evidence }) => evidence)).toEqual([
    { powerW: 250, nvlink: false },
    { powerW: 300, nvlink: true },
    { powerW: null, nvlink: null },
  ]);
});

test("pages are joined without repeats; bid floors are no offers", () => {
  expect(offers.filter((offer) => offer.offerId === "1127")).toHaveLength(1);
  expect(offers.every((offer) => offer.purchase === "on_demand")).toBe(true);
  expect(rejects.map(({ reason }) => reason)).toEqual(["bad_price", "bad_gpu_count"]);
  expect(dropped).toEqual({ bid_floor: 1, repeat: 1 });
  expect(completeness).toEqual({ state: "complete", note: null, blindScopes: [] });
});

test("a row that comes again with another price is refused", () => {
  const [row] = (JSON.parse(payloadsOf("vast")[1]!.body) as { offers: Record<string, unknown>[] }).offers;
  const body = JSON.stringify({ offers: [row, row, { ...row, dph_base: 99 }] });
  const found = vast.parse([payload("RTX 4090-1", body)], at);
  expect(found.offers).toHaveLength(1);
  expect(found.rejects.map(({ reason }) => reason)).toEqual(["conflicting_price"]);
});

test.each([64, 128])("%i rows are a cut answer", (rows) => {
  const all = (JSON.parse(payloadsOf("vast")[1]!.body) as { offers: unknown[] }).offers;
  const body = JSON.stringify({ offers: all.slice(0, rows) });
  expect(vast.parse([payload("RTX 4090-1", body)], at).completeness).toEqual({
    state: "truncated",
    note: "cut off: RTX 4090",
    blindScopes: ["RTX 4090"],
  });
});

test("no rows for a model prove nothing about it", () => {
  const payloads = [...payloadsOf("vast"), payload("A100 SXM-1", '{"offers":[]}')];
  expect(vast.parse(payloads, at).completeness).toMatchObject({
    state: "partial",
    blindScopes: ["A100 SXM"],
  });
});

test("writes out every default, reads on from the last price and keeps its distance", async () => {
  const { requests } = await fetchFixture(vast);
  const pages = requests.filter(({ name }) => name.startsWith("RTX 4090-"));
  expect(pages.map((request) => (request.json as { dph_total: unknown }).dph_total)).toEqual([
    { gte: 0 },
    { gte: 0.337 },
  ]);
  expect(pages[0]).toMatchObject({
    method: "POST",
    gapMs: 6000,
    json: {
      gpu_name: { eq: "RTX 4090" },
      rentable: { eq: true },
      rented: { eq: false },
      external: { eq: false },
      verified: {},
      type: "on-demand",
      order: [["dph_total", "asc"]],
    },
  });
});

test("stops paging after six pages of a model and says that it was cut", async () => {
  const [full] = payloadsOf("vast").filter(({ name }) => name === "RTX 4090-1");
  const payloads = await vast.fetch({
    http: async ({ name }) => payload(name, full!.body),
    clock: () => at,
    baseUrl: vast.baseUrl,
    keys: {},
    signal: new AbortController().signal,
    readData: async () => "",
  });
  expect(payloads.filter(({ name }) => name.startsWith("H200-"))).toHaveLength(6);
  expect(vast.parse(payloads, at).completeness.state).toBe("truncated");
});

test("a model whose search fails is blind", async () => {
  const fail = ({ name }: { name: string }) =>
    name === "H100 SXM-1" ? new AppError("upstream_failed", "answered 429 three times") : null;
  const { payloads } = await fetchFixture(vast, { fail });
  expect(vast.parse(payloads, at).completeness.blindScopes).toContain("H100 SXM");
});
