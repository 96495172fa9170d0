import { describe, expect, it } from "vitest";
import { checkColumns, type Ours, readColumns } from "../../src/store/import-columns.ts";

const meaningOf = (column: string, map: Record<string, string> = {}): string | undefined =>
  [...readColumns([column], map).of].find(([, theirs]) => theirs === column)?.[0];

describe("names of columns", () => {
  it.each<[Ours, readonly string[]]>([
    ["observed_at", ["timestamp", "fetched_at", "scrapedAt", "Date", "as of", "dt"]],
    ["provider", ["cloud", "Provider Name", "marketplace"]],
    ["gpu_name", ["gpu", "gpu_type", "model", "GPU Model", "gpuType", "accelerator"]],
    ["gpu_count", ["num_gpus", "gpus", "GPU-Count"]],
    ["instance_type", ["instance", "machine_type", "vm_size"]],
    ["region", ["location", "datacenter"]],
    ["country", ["country_code"]],
    ["price_usd_hour", ["price_per_hour", "hourly_price", "Price per Hour", "price", "price_eur_hour"]],
    ["spot_price_usd_hour", ["spot_price", "spotPrice"]],
    ["currency", ["currency_code"]],
    ["kind", ["pricing_type", "purchase_option"]],
    ["is_spot", ["preemptible", "Is Spot"]],
    ["available_count", ["free_gpus", "available_gpus"]],
    ["available", ["is_available", "availability"]],
    ["min_gpus", ["min_gpu_count"]],
    ["vram_gib", ["gpu_memory_gb", "VRAM GB"]],
    ["source_url", ["url", "link"]],
  ])("of %s are understood in any case and punctuation", (our, theirs) => {
    for (const name of [our, our.toUpperCase(), ...theirs])
      expect([name, meaningOf(name)]).toEqual([name, our]);
  });

  it("are what a map says, before what they look like", () => {
    expect(meaningOf("price", { price: "region" })).toBe("region");
    expect(meaningOf("price", { price: "" })).toBeUndefined();
    expect(meaningOf("x", { x: "price_usd_hour" })).toBe("price_usd_hour");
  });

  it("that mean the same: the first of the usual ones is read, and the others are named", () => {
    const { of, unread } = readColumns(["date", "timestamp", "price", "hourly_price", "colour"]);
    expect([of.get("observed_at"), of.get("price_usd_hour")]).toEqual(["timestamp", "hourly_price"]);
    expect(unread).toEqual(["date", "price", "colour"]);
  });
});

describe("the price that is read", () => {
  it("is that of the offer, else of one GPU, else a statistic, which makes it derived", () => {
    const read = (...columns: string[]) => {
      const { of, perGpu, derived } = readColumns(columns);
      return [of.get("price_usd_hour"), perGpu, derived];
    };
    expect(read("price_per_gpu", "price", "median")).toEqual(["price", false, false]);
    expect(read("median", "price_per_gpu_hour")).toEqual(["price_per_gpu_hour", true, false]);
    expect(read("min", "max", "mean", "median")).toEqual(["median", false, true]);
    expect(read("min_price", "avg_price")).toEqual(["avg_price", false, true]);
    expect(read("max")).toEqual([undefined, false, false]);
  });

  it("has the currency of its name", () => {
    const currencyOf = (...columns: string[]) => readColumns(columns).currency;
    expect(currencyOf("price_eur_hour")).toBe("EUR");
    expect(currencyOf("price_per_hour")).toBeNull();
    expect(currencyOf("price_eur_hour", "price_usd_hour")).toBe("USD");
  });
});

it("a file that lacks columns is told which, what it has and the way out", () => {
  const columns = ["when", "provider"];
  expect(() => checkColumns("a.csv", columns, readColumns(columns))).toThrow(
    "FILE: a.csv lacks the columns observed_at, gpu_name, price_usd_hour; it has when, provider. Name another column with --map theirs=observed_at",
  );
});
