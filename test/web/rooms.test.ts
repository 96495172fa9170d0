import { describe, expect, it } from "vitest";
import type { Best, MarketRow, SourceRow } from "../../src/web/api-types.ts";
import { windowOf, zoomOf } from "../../src/web/gpu/range.ts";
import { tapeState } from "../../src/web/lib/tape-state.ts";
import { askedFirst, filtered, formGroup, shownRows } from "../../src/web/market/market-view.ts";
import { faultsOf, paramsOf, requestOf, valuesOf } from "../../src/web/route/route-form.ts";

const best = (fresh: boolean): Best => ({ fresh, usd_per_gpu_hour: 2, provider: "aws" }) as Best;

const row = (changes: Partial<MarketRow>): MarketRow =>
  ({
    gpu: "h100-sxm",
    name: "H100 SXM",
    family: false,
    vendor: "NVIDIA",
    vram_gib: 80,
    form_factor: "SXM5",
    fp16_tflops: 989,
    providers: 9,
    listings: 20,
    fresh: true,
    best_on_demand: best(true),
    best_spot: null,
    ...changes,
  }) as MarketRow;

describe("the market", () => {
  const consumer = row({
    gpu: "rtx-4090",
    name: "RTX 4090",
    vram_gib: 24,
    form_factor: "PCIe",
    providers: 30,
  });
  const family = row({ gpu: "h100", name: "H100", family: true, vram_gib: null, form_factor: null });
  const old = row({
    gpu: "mi300x",
    name: "MI300X",
    vendor: "AMD",
    form_factor: "OAM",
    best_on_demand: best(false),
  });
  const all = [consumer, row({}), family, old];
  const ids = (rows: readonly MarketRow[]): string[] => rows.map(({ gpu }) => gpu);

  it("starts with data-centre cards that most sell", () => {
    expect(ids(askedFirst(all)).at(-1)).toBe("rtx-4090");
    expect(ids(askedFirst([row({ gpu: "few", providers: 2 }), row({})]))).toEqual(["h100-sxm", "few"]);
  });

  it("lets through what the address asks for", () => {
    expect(ids(filtered(all, {}))).toHaveLength(4);
    expect(ids(filtered(all, { families: "off" }))).not.toContain("h100");
    expect(ids(filtered(all, { fresh: "on" }))).not.toContain("mi300x");
    expect(ids(filtered(all, { vram: "48" }))).toEqual(["h100-sxm", "mi300x"]);
    expect(ids(filtered(all, { vendor: "AMD" }))).toEqual(["mi300x"]);
    expect(ids(filtered(all, { form: "SXM" }))).toEqual(["h100-sxm"]);
    expect(ids(filtered(all, { q: "nvidia 4090" }))).toEqual(["rtx-4090"]);
  });

  it("hides old prices where only fresh ones are asked for, and finds by terms", () => {
    const half = row({ gpu: "half", best_on_demand: best(false), best_spot: best(true) });
    const [shown] = shownRows([half, old], { fresh: "on" });
    expect(shown).toMatchObject({ gpu: "half", best_on_demand: null, best_spot: { fresh: true } });
    expect(shownRows([half, old], { fresh: "on", purchase: "on_demand" })).toEqual([]);
    expect(ids(shownRows([half, old], { purchase: "spot" }))).toEqual(["half"]);
    expect(shownRows([old], {})[0]?.best_on_demand).toMatchObject({ fresh: false });
  });

  it("groups form factors as people choose between them", () => {
    expect(formGroup("SXM5")).toBe("SXM");
    expect(formGroup("PCIe NVL")).toBe("NVL");
    expect(formGroup("pod")).toBe("other");
    expect(formGroup(null)).toBeNull();
  });
});

describe("the tape", () => {
  const source = (changes: Partial<SourceRow>): SourceRow =>
    ({
      source: "lium",
      kind: "marketplace",
      enabled: true,
      status: "ok",
      live: 4,
      age_s: 60,
      every_minutes: 5,
      data_at: "2026-11-21T01:00:00Z",
      ...changes,
    }) as SourceRow;
  const list = source({ source: "list-prices", kind: "list", age_s: 9e6, data_at: "2026-08-07T06:35:52Z" });
  it("says that collection is off", () => {
    const off = source({ next_pull_at: null, enabled: true });
    expect(tapeState([off])).toMatchObject({ status: "waiting", word: "not collecting", collecting: false });
    expect(tapeState([off, source({ next_pull_at: "2026-11-21T01:05:00Z" })]).collecting).toBe(true);
  });

  const broken = source({ source: "oci", status: "failing", live: 0, data_at: null, age_s: null });

  it("is live, failing in parts, stale or empty", () => {
    expect(tapeState([source({})]).status).toBe("ok");
    expect(tapeState([source({}), broken])).toMatchObject({ status: "failing", word: "1 failing" });
    expect(tapeState([list, broken])).toMatchObject({ status: "stale", listOnly: true, allStale: true });
    expect(tapeState([broken]).status).toBe("waiting");
  });

  it("knows its newest and its oldest prices", () => {
    expect(tapeState([list, source({})])).toMatchObject({
      newestSource: "lium",
      oldestSource: "list-prices",
      listOnly: false,
    });
  });
});

describe("the span of a history", () => {
  const now = Date.UTC(2026, 10, 21, 1, 33);
  const seen = (at: string) => [{ observed_at: at, first_seen_at: "2026-02-27T00:00:00Z" }];

  it("ends now where prices are, and at the newest price where none is in 30 days", () => {
    const fresh = windowOf("30d", seen("2026-11-20T00:00:00Z"), now);
    expect(fresh).toMatchObject({ past: false, interval: "6h", to: "2026-11-21T02:00:00.000Z" });
    const old = windowOf("7d", seen("2026-03-04T16:01:41Z"), now);
    expect(old).toMatchObject({ past: true, interval: "1h", to: "2026-03-05T16:01:41.000Z" });
    expect(windowOf("all", seen("2026-03-04T16:01:41Z"), now).from).toBe("2026-02-26T00:00:00.000Z");
    expect(windowOf("30d", [], now).past).toBe(false);
  });

  it("is the one dragged where that makes sense", () => {
    const params = { from: "2026-11-01T00:00:00Z", to: "2026-11-02T00:00:00Z" };
    expect(zoomOf(params, now)).toMatchObject({ interval: "1h", past: true });
    expect(zoomOf({ ...params, to: "2026-10-01T00:00:00Z" }, now)).toBeNull();
    expect(zoomOf({}, now)).toBeNull();
    expect(zoomOf({ from: "2027-01-01T00:00:00Z", to: "2027-02-01T00:00:00Z" }, now)).toBeNull();
  });
});

describe("the form of a route", () => {
  const request = (params: Record<string, string>) => requestOf(valuesOf(params));

  it("is the request", () => {
    expect(request({})).toEqual({ gpu: "h100", gpus: 8, hours: 24 });
    expect(
      request({ countries: "US, DE", deny: "aws", interruptible: "1", max_total_usd: "500", tier: "secure" }),
    ).toEqual({
      gpu: "h100",
      gpus: 8,
      hours: 24,
      interruptible: true,
      countries: ["US", "DE"],
      providers: { deny: ["aws"] },
      max_total_usd: 500,
      tier: "secure",
    });
  });

  it("names one GPU, several, or a least memory", () => {
    expect(request({ gpu: "h100, h200" })).toMatchObject({ any_of: ["h100", "h200"] });
    expect(request({ gpu: "h100," })).toMatchObject({ gpu: "h100" });
    const memory = request({ min_vram: "80" });
    expect(memory).toMatchObject({ min: { vram_gib: 80 } });
    expect(memory).not.toHaveProperty("gpu");
  });

  it("says what is wrong and asks nothing then", () => {
    expect(faultsOf(valuesOf({ hours: "soon", gpus: "1.5" }))).toEqual({
      hours: "a number above 0",
      gpus: "a whole number",
    });
    expect(request({ hours: "soon" })).toBeNull();
  });

  it("knows which fields a constraint comes from", () => {
    expect(paramsOf("providers")).toEqual(["allow", "deny"]);
    expect(paramsOf("max_total_usd")).toEqual(["max_total_usd"]);
  });
});
