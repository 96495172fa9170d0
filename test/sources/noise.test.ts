import { describe, expect, test } from "vitest";
import type { OfferDraft } from "../../src/domain/offer.ts";
import { sources } from "../../src/sources/index.ts";
import type { RawPayload, Source } from "../../src/sources/source.ts";
import { at, fetchFixture, payload, payloadsOf } from "./fixture.ts";

/* What goes wrong in the answers of venues, one test a symptom (docs/noise.md lists them all). */

const byId = (id: string): Source => sources.find((source) => source.id === id)!;

/** Parses the fixture of a source with some of its answers replaced. */
const parse = (id: string, replaced: Readonly<Record<string, Partial<RawPayload>>> = {}) =>
  byId(id).parse(
    payloadsOf(id).map((one) => ({ ...one, ...replaced[one.name] })),
    at,
  );

/** The first row of an answer that is a list, alone. */
const firstOf = (id: string, name: string): string =>
  JSON.stringify(
    (JSON.parse(payloadsOf(id).find((one) => one.name === name)!.body) as unknown[]).slice(0, 1),
  );

const offer = (id: string, offerId: string, where: Partial<OfferDraft> = {}): OfferDraft | undefined =>
  parse(id).offers.find(
    (draft) =>
      draft.offerId === offerId &&
      Object.entries(where).every(([field, value]) => draft[field as keyof OfferDraft] === value),
  );

const reasons = (id: string): string[] => parse(id).rejects.map(({ reason }) => reason);

describe("offers that are missing and look like a move of the market", () => {
  test("a hollow 200 of a bad replica is asked again, and is no word that all is sold out", async () => {
    const source = byId("primeintellect");
    const { requests } = await fetchFixture({
      ...source,
      fetch: (context) =>
        source.fetch({
          ...context,
          http: async (request) => ({
            ...(await context.http(request)),
            body: request.name === "summary" ? "{}" : "",
          }),
        }),
    });
    expect(requests.filter(({ name }) => name === "gpus-1")).toHaveLength(2);
    expect(() => parse("primeintellect", { "gpus-1": { body: "{}" } })).toThrow("there is none");
  });

  test("fewer rows than the answer counts are cut off, and so is what only the summary knows", () => {
    const whole = parse("primeintellect");
    expect(whole.completeness.state).toBe("complete");
    const more = payloadsOf("primeintellect")[0]!.body.replace('"totalCount": 8', '"totalCount": 608');
    expect(parse("primeintellect", { "gpus-1": { body: more } }).completeness).toMatchObject({
      state: "truncated",
      blindScopes: "*",
    });
    const after = payload("gpus-2", '{"items":[],"totalCount":0}');
    const pages = [...payloadsOf("primeintellect").map((one) => ({ ...one })), after];
    pages[0] = { ...pages[0]!, body: more };
    expect(byId("primeintellect").parse(pages, at).completeness.state).toBe("truncated");
    const summary = JSON.stringify({ H200_141GB: { "8": {} } });
    expect(parse("primeintellect", { summary: { body: summary } }).completeness.note).toContain("H200_141GB");
  });

  test.each([
    ["gpuai", "pricing-2"],
    ["gcp", "skus-2"],
    ["digitalocean", "sizes-2"],
  ])("%s: a next page that was not fetched is cut off, one that failed is lost", (id, last) => {
    const short = payloadsOf(id).filter(({ name }) => name !== last);
    expect(byId(id).parse(short, at).completeness.state).toBe("truncated");
    expect(parse(id, { [last]: { status: 503, body: "down" } }).completeness.state).toBe("partial");
  });

  test("a full page of bare metal may be followed by more that nobody can ask for", () => {
    const type = (id: number) => ({ dataCenterId: "x", id: `t${id}`, gpus: 0, prices: [], machinesFree: 0 });
    const full = JSON.stringify({ machineTypes: Array.from({ length: 100 }, (_, id) => type(id)) });
    expect(parse("cudo", { metal: { body: full } }).completeness).toMatchObject({
      state: "truncated",
      blindScopes: ["metal"],
    });
  });

  test("a list that moves while it is paged repeats rows: they count once and make nothing partial", () => {
    const { offers, rejects } = parse("gpuai");
    expect(offers.filter(({ offerId }) => offerId === "o3")).toHaveLength(1);
    expect(rejects.filter(({ raw }) => raw.includes('"o3"'))).toEqual([]);
  });

  test("the description of a GPU that nobody knew before is kept, and its parts' absence makes no half price", () => {
    expect(parse("gcp").offers.find(({ gpuRaw }) => gpuRaw === "Zeta 9000")).toMatchObject({ gpuOnly: true });
    expect(offer("gcp", "039F-D0DA-4055", { region: "us-east1" })).toMatchObject({ gpuOnly: true });
    expect(offer("gcp", "a2-highgpu-1g", { purchase: "on_demand" })?.gpuOnly).toBeUndefined();
  });

  test("a zone or an entity that fails is blind, the others are not", () => {
    const zone = { "fr-par-2/servers-1": { status: 503, body: "down" } };
    expect(parse("scaleway", zone).completeness).toMatchObject({ blindScopes: ["fr-par-2"] });
    expect(parse("ovh", { US: { status: 503, body: "down" } }).completeness).toMatchObject({
      blindScopes: ["US"],
    });
    expect(parse("cudo", { metal: { status: 503, body: "" } }).completeness).toMatchObject({
      blindScopes: ["metal"],
    });
    const one = { body: firstOf("hotaisle", "virtual_machines") };
    const metal = { status: 402, body: "pay" };
    expect(parse("hotaisle", { virtual_machines: one, bare_metal: metal }).completeness).toMatchObject({
      blindScopes: ["bare_metal"],
    });
  });

  test("what only widens the picture may be missing", () => {
    const blind = { specs: { status: 401, body: "" }, status: { status: 401, body: "" } };
    expect(parse("thundercompute", blind).completeness).toMatchObject({
      state: "complete",
      note: "memory and stock were not told",
    });
    const { results } = JSON.parse(payloadsOf("voltagepark")[0]!.body) as { results: unknown[] };
    const locations = { body: JSON.stringify({ results: results.slice(0, 1), has_next: false }) };
    const presets = parse("voltagepark", { locations, presets: { status: 404, body: "" } });
    expect(presets.completeness.note).toContain("instant machines were not told");
    expect(presets.offers.map(({ offerId }) => offerId)).toContain("loc-1/ethernet");
  });

  test("tenors that nobody sells now are told, not lost", () => {
    const { completeness, offers } = parse("sfcompute");
    expect(completeness.note).toMatch(/tenors have no quote now|could not be read/);
    expect(offers.filter(({ gpuRaw }) => gpuRaw === "H100 SXM").map(({ termMonths }) => termMonths)).toEqual([
      null,
      24 / 730,
      168 / 730,
      1,
    ]);
  });
});

describe("wrong prices", () => {
  test("prices by the minute, with a licence, of old twins and of what is to come are no hourly rental", () => {
    const plans = parse("ovh").offers.map(({ offerId }) => offerId);
    expect(plans).toContain("h100-380.consumption");
    for (const trap of ["ai-training", "win-", "t1-le-", "b300-1"])
      expect(
        plans.filter((plan) => plan.startsWith(trap)),
        trap,
      ).toEqual([]);
  });

  test("a price that the words beside it contradict is rejected", () => {
    expect(
      parse("ovh").offers.some(({ offerId, region }) => offerId === "l40s-90.consumption" && region === "FR"),
    ).toBe(false);
    expect(reasons("ovh")).toContain("bad_price");
  });

  test("a catalog in another currency or of another company is refused", () => {
    const body = payloadsOf("ovh")[0]!.body.replace('"EUR"', '"GBP"');
    expect(() => parse("ovh", { FR: { body } })).toThrow("EUR for FR");
  });

  test("a month that is a commitment is a reservation, a month that is 730 hours is none", () => {
    expect(offer("ovh", "h100-380.monthly.postpaid")).toMatchObject({ purchase: "reserved", termMonths: 1 });
    expect(parse("scaleway").offers.every(({ purchase }) => purchase === "on_demand")).toBe(true);
  });

  test("memory of all GPUs together is divided", () => {
    expect(offer("digitalocean", "gpu-h100x8-640gb")).toMatchObject({ gpuCount: 8, vramGib: 80 });
    expect(offer("primeintellect", "datacrunch/8H100.80S.176V")).toMatchObject({ gpuCount: 8, vramGib: 80 });
  });

  test("a GPU that is never let without a host has the host in its price, or says that it has not", () => {
    const [hosted, bare] = ["epyc-genoa-a100-pcie", "l40s-graphics"].map((id) => offer("cudo", id));
    expect(hosted).toMatchObject({ gpuOnly: false, includes: { cpuCores: 4, ramGib: 16 } });
    expect(hosted!.pricePerGpuHour).toBeCloseTo(1.598, 9);
    expect(bare).toMatchObject({ gpuOnly: true, includes: null });
    expect(offer("tensordock", "loc-1/geforcertx4090-pcie-24gb")).toMatchObject({ gpuOnly: true });
  });

  test("a bid floor is no ask, a last auction price is", () => {
    expect(offer("mithril", "auc_1")).toMatchObject({ purchase: "spot", priceRaw: 25.6, availableGpus: 80 });
  });

  test("what a venue pays its supplier goes nowhere", () => {
    const parsed = parse("hyperbolic");
    expect(JSON.stringify(parsed)).not.toContain("providerCost");
  });

  test("a statistic is no offer", () => {
    expect(offer("ionet", "301")).toMatchObject({ derived: true });
    expect(parse("lium-fleet").offers.every(({ derived }) => derived === true)).toBe(true);
  });

  test("slices under the name of the whole are left out", () => {
    expect(parse("scaleway").offers.map(({ offerId }) => offerId)).not.toContain("H100-1-80G-MIG");
  });

  test("zero is never a price", () => {
    for (const { id } of sources)
      for (const { priceRaw, pricePerGpuHour } of parse(id).offers)
        expect(priceRaw > 0 && pricePerGpuHour > 0, id).toBe(true);
    expect(reasons("hyperstack")).toContain("no_price");
  });
});

describe("counted twice, or stale", () => {
  test("a reseller's row names the owner of the machine", () => {
    expect(offer("shadeform", "datacrunch/A100_sxm4_80G/1A100.22V")).toMatchObject({
      provider: "shadeform",
      upstream: "datacrunch",
    });
    expect(parse("primeintellect").offers.every(({ upstream }) => typeof upstream === "string")).toBe(true);
    expect(parse("spheron").offers.every(({ upstream }) => typeof upstream === "string")).toBe(true);
  });

  test("containers and machines on the same GPUs are counted once", () => {
    const rows = parse("jarvislabs").offers.filter(({ gpuRaw }) => gpuRaw === "L4");
    expect(rows.map(({ purchase, availableGpus }) => [purchase, availableGpus])).toEqual([
      ["on_demand", 3],
      ["spot", 2],
    ]);
  });

  test("only regions with room are offered; without any the price stands and nothing is free", () => {
    const regions = parse("lambda").offers.filter(({ offerId }) => offerId === "gpu_8x_h100_sxm5");
    expect(regions.map(({ region, availableIs }) => [region, availableIs])).toEqual([
      ["us-south-1", "floor"],
      ["us-west-3", "floor"],
    ]);
    expect(offer("lambda", "gpu_1x_gh200")).toMatchObject({ availableGpus: 0, availableIs: "exact" });
    expect(offer("digitalocean", "gpu-mi300x1-192gb")).toMatchObject({ availableGpus: 0 });
    expect(offer("novita", "26")).toMatchObject({ availableGpus: 0, region: "US-01 (Dallas)" });
  });

  test("a ceiling, a level and a switch are not a number of free GPUs", () => {
    expect(offer("runpod-catalog", "NVIDIA GeForce RTX 4090", { tier: "secure" })).toMatchObject({
      availableGpus: null,
      availableIs: null,
    });
    expect(offer("tensordock", "loc-1/geforcertx4090-pcie-24gb")).toMatchObject({ availableIs: "ceiling" });
    expect(offer("seeweb", "ECS2GPU3")?.availableGpus).toBeUndefined();
    expect(offer("hyperstack", "n3-L40x2")).toMatchObject({ availableGpus: 40, availableIs: "floor" });
    expect(offer("hyperstack", "n1-A100x4")).toMatchObject({ availableGpus: 40, availableIs: "exact" });
    expect(offer("scaleway", "L40S-8-48G")).toMatchObject({ availableGpus: 0, availableIs: "exact" });
    expect(offer("hotaisle", "virtual_machines/2xMI300X/26/224")).toMatchObject({ availableGpus: 0 });
  });

  test("utilisation is told by those who know it", () => {
    expect(parse("ionet").fleets).toContainEqual({
      provider: "ionet",
      gpuRaw: "H100 80GB HBM3",
      totalGpus: 512,
      rentedGpus: 512,
    });
    expect(parse("cloudrift").fleets).toContainEqual({
      provider: "cloudrift",
      gpuRaw: "RTX PRO 6000",
      vramGib: 96,
      region: "us-x",
      totalGpus: 6,
      rentedGpus: 4,
    });
    expect(parse("lium-fleet").fleets).toContainEqual({
      provider: "lium",
      gpuRaw: "B200",
      vramGib: 180,
      totalGpus: 52,
      rentedGpus: 40,
    });
  });

  test("the largest of several counts of one type and place is right", () => {
    expect(offer("crusoe", "h100-80gb-sxm-ib.8x", { region: "us-east1-a" })).toMatchObject({
      availableGpus: 40,
    });
    expect(offer("crusoe", "l40s-48gb.1x")).toMatchObject({ availableGpus: 0 });
  });
});

describe("token prices", () => {
  const { tokens = [], rejects } = parse("openrouter");
  const at2 = (endpoint: string) => tokens.find((price) => price.endpoint === endpoint);

  test("are what one pays for a million, with the discount taken off", () => {
    expect(at2("fasthost/fp8")).toMatchObject({
      model: "acme/open-1",
      host: "FastHost",
      discount: 0.25,
      serving: true,
    });
    expect(at2("fasthost/fp8")!.usdPerMillionInput).toBeCloseTo(0.15, 12);
    expect(at2("fasthost/fp8")!.usdPerMillionOutput).toBeCloseTo(0.6, 12);
    expect(at2("acme/open-1:free")).toMatchObject({
      usdPerMillionInput: 0,
      usdPerMillionOutput: 0,
      host: null,
    });
  });

  test("know seconds from milliseconds, and unknown from none", () => {
    expect([at2("fasthost/fp8")!.firstTokenMs, at2("SlowHost/unknown")!.firstTokenMs]).toEqual([1781, 250]);
    expect(at2("SlowHost/unknown")).toMatchObject({
      quantization: null,
      tokensPerSecond: null,
      uptime: null,
      serving: false,
    });
  });

  test("leave out routers, whose price varies, and reject what is no price", () => {
    expect(tokens.map(({ model }) => model)).not.toContain("openrouter/auto");
    expect(rejects.map(({ reason }) => reason)).toEqual(["bad_price", "absent_key: id", "no_name"]);
  });
});

test("venues whose terms bar collection stay off and say why", () => {
  const barred = sources.filter(({ legalNote }) => legalNote !== null);
  expect(barred.map(({ id }) => id)).toEqual(
    expect.arrayContaining(["vast", "runpod", "runpod-catalog", "shadeform", "crusoe", "lambda"]),
  );
  for (const { enabledByDefault } of barred) expect(enabledByDefault).toBe(false);
});

test("keys travel in headers, never in an address", async () => {
  for (const source of sources) {
    const { requests } = await fetchFixture(source);
    for (const { url } of requests) expect(url, source.id).not.toMatch(/a-key|a-token|EXAMPLE/);
  }
});

test("a host that is asked often is asked slowly", async () => {
  const { requests } = await fetchFixture(byId("openrouter"));
  expect(requests.filter(({ name }) => name !== "models").every(({ gapMs }) => (gapMs ?? 0) >= 200)).toBe(
    true,
  );
});
