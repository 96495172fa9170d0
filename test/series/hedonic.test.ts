import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { day } from "../../src/domain/time.ts";
import { startFits } from "../../src/fits/fits.ts";
import { hedonicSeries } from "../../src/series/hedonic-series.ts";
import { type Importer, openImporter } from "../helpers/import.ts";

const fits = startFits();
afterAll(() => fits.close());
let importer: Importer;
beforeEach(async () => {
  importer = await openImporter();
});
afterEach(() => importer.close());

const hedonic = (gpus: readonly string[], from: string, to: string) =>
  hedonicSeries(
    { tape: importer.tape, fits },
    { gpus: new Set(gpus), purchase: "on_demand" },
    { from: Date.parse(from), to: Date.parse(to) },
    Date.UTC(2030, 0),
  );

const header = "observed_at,provider,gpu_name,kind,price_usd_hour";
const linesOf = (days: number, seen: (d: number) => readonly (readonly [string, number])[]): string =>
  Array.from({ length: days }, (_, d) =>
    seen(d).map(
      ([provider, usd]) =>
        `${new Date(Date.UTC(2026, 6, 1 + d, 20)).toISOString()},${provider},H100 SXM,secure,${usd}`,
    ),
  )
    .flat()
    .join("\n");

describe("a small panel", () => {
  const sellers = (d: number) =>
    [
      ["lambda", 3 * 1.01 ** d],
      ["runpod", 2.5 * 1.01 ** d],
      ["verda", 2 * 1.01 ** d],
    ] as const;

  it("rises as all prices rise, exactly, with its cross-check", async () => {
    await importer.lines(`${header}\n${linesOf(12, sellers)}`, { perGpu: true });
    const { points, matched, last } = await hedonic(["h100-sxm"], "2026-07-02", "2026-07-13");
    expect(points).toHaveLength(12);
    for (const [t, { value }] of points.entries()) expect(value).toBeCloseTo(1.01 ** t, 9);
    for (const [t, { value }] of matched.entries()) expect(value).toBeCloseTo(1.01 ** t, 9);
    expect(last.value).toBeCloseTo(1.01 ** 11, 9);
  });

  it("does not move when a cheap provider comes in, and follows it from then on", async () => {
    const withCheap = (d: number) =>
      d < 6 ? sellers(d) : [...sellers(d), ["vultr", 1 * 1.01 ** d] as const];
    await importer.lines(`${header}\n${linesOf(12, withCheap)}`, { perGpu: true });
    const { points, matched, days } = await hedonic(["h100-sxm"], "2026-07-02", "2026-07-13");
    for (const [t, { value }] of points.entries()) expect(value).toBeCloseTo(1.01 ** t, 9);
    for (const [t, { value }] of matched.entries()) expect(value).toBeCloseTo(1.01 ** t, 9);
    expect(days.get(points.at(-1)!.period)).toEqual({ listings: 4, providers: 4 });
  });

  it("has nothing to say of a GPU that nobody lists", async () => {
    await importer.lines(`${header}\n${linesOf(3, sellers)}`, { perGpu: true });
    const { points, last } = await hedonic(["b200"], "2026-07-02", "2026-07-05");
    expect(points).toEqual([]);
    expect(last).toMatchObject({ value: null, reason: "empty" });
  });
});

const history = (name: string): string =>
  fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
const hasHistories = existsSync(history("list_prices_daily.parquet"));

describe.skipIf(!hasHistories)("real histories (skipped where they are absent)", () => {
  const check = async (gpus: readonly string[], from: string, to: string) => {
    const series = await hedonic(gpus, from, to);
    const { points, last } = series;
    expect(points.length).toBeGreaterThan(10);
    for (const { value, low, high, period } of points) {
      expect(value, `day ${period}`).not.toBeNull();
      expect(low!).toBeLessThanOrEqual(value!);
      expect(high!).toBeGreaterThanOrEqual(value!);
    }
    expect(last.low).toBeLessThanOrEqual(last.value!);
    expect(last.high).toBeGreaterThanOrEqual(last.value!);
    return series;
  };

  it.each(["h100-sxm", "a100-sxm-80gb", "l40s"])(
    "list prices of a month, %s: an index with bounds every day",
    async (gpu) => {
      await importer.file(history("list_prices_daily.parquet"), { perGpu: true });
      const { points, matched } = await check([gpu], "2026-07-06", "2026-08-08");
      const [end, check_] = [points.at(-1)!, matched.at(-1)!];
      console.log(
        `${gpu}: ${end.value!.toFixed(4)} [${end.low!.toFixed(4)}, ${end.high!.toFixed(4)}], cross-check ${check_.value?.toFixed(4)}`,
      );
    },
  );

  it.each([["h100"], ["a100"]])("an aggregator every half hour, %s", async (family) => {
    await importer.file(history("aggregator_30min.parquet"), { perGpu: true });
    const members = new Set(
      importer.tape.catalog.byNo.map(({ offer }) => offer.gpu).filter((gpu) => gpu.startsWith(family)),
    );
    await check([...members], "2025-10-19", "2025-11-09");
  });

  it.each([
    ["on the last day", 1, 1e-9],
    ["for eleven days at a price that stands still", 11, 2e-3],
  ])("hardly knows of a provider at half the price that joins %s", async (_, days, most) => {
    await importer.file(history("list_prices_daily.parquet"), { perGpu: true });
    const before = await hedonic(["h100-sxm"], "2026-07-06", "2026-08-08");
    const cheap = Array.from({ length: days }, (_each, d) => {
      const at = new Date(Date.UTC(2026, 7, 7, 6) - d * day).toISOString();
      return `${at},newcomer,H100 SXM,secure,1.45`;
    });
    await importer.lines(`${header}\n${cheap.join("\n")}`, { perGpu: true });
    const after = await hedonic(["h100-sxm"], "2026-07-06", "2026-08-08");
    const lastDay = after.points.at(-1)!.period;
    expect(after.days.get(lastDay)!.providers).toBe(before.days.get(lastDay)!.providers + 1);
    for (const series of ["points", "matched"] as const) {
      after[series].forEach(({ value }, t) => {
        expect(Math.abs(value! / before[series][t]!.value! - 1)).toBeLessThan(most);
      });
    }
  });
});
