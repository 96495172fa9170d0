import { beforeAll, expect, test } from "vitest";
import { offerMaker } from "../../src/backfill/catalog-offers.ts";
import type { CatalogRow } from "../../src/backfill/catalog-rows.ts";
import { loadReference, type Reference } from "../../src/reference.ts";

let reference: Reference;
beforeAll(async () => {
  reference = await loadReference();
});

const row = (changes: Partial<CatalogRow>): CatalogRow => ({
  ...{ instanceType: "a", accelerator: "H100", count: 1, vcpus: 8, memoryGib: 64, gpuInfo: "" },
  ...{ price: 2, spotPrice: null, region: null, zone: null, ...changes },
});
const memory = (size: number): string => `{'Gpus': [{'MemoryInfo': {'SizeInMiB': ${size}}}]}`;
const offersOf = (provider: string, ...rows: CatalogRow[]) =>
  offerMaker({ cloud: provider, provider, source: `import/${provider}@skypilot`, reference })(
    rows,
    Date.UTC(2025, 0, 1),
  );
const cardOf = (accelerator: string, count: number, size: number) => {
  const [sighting] = offersOf("acme", row({ accelerator, count, gpuInfo: memory(size) })).sightings;
  return [sighting!.offer.gpu, Math.round(sighting!.offer.vramGib! * 10) / 10];
};

test("memory is that of one GPU, whether MiB or GiB was meant, of one or of all", () => {
  expect(cardOf("A100", 1, 40_960)).toEqual(["a100-40gb", 40]);
  expect(cardOf("A100", 1, 80)).toEqual(["a100-80gb", 80]);
  expect(cardOf("A100", 8, 81_920)).toEqual(["a100-80gb", 80]);
  expect(cardOf("A100", 8, 655_360)).toEqual(["a100-80gb", 80]);
  expect(cardOf("L4", 4, 91_552)).toEqual(["l4", 22.4]);
  expect(cardOf("L4", 0.125, 2861)).toEqual(["l4", 22.4]);
  expect(cardOf("H100", 2, 191_660)).toEqual(["h100-nvl", 93.6]);
});

test("memory that no card of the name has makes the card unknown instead of its namesake", () => {
  expect(cardOf("RTX3080", 1, 20_480)).toEqual(["unknown:RTX3080", 20]);
  expect(cardOf("RTX3080", 2, 40_960)).toEqual(["unknown:RTX3080", 20]);
});

test("a modified card is one only where no reading makes it the card of its name", () => {
  expect(cardOf("RTX4090", 1, 49_140)).toEqual(["rtx-4090-48gb", 48]);
  expect(cardOf("RTX4090", 2, 98_280)).toEqual(["rtx-4090-48gb", 48]);
  expect(cardOf("RTX4090", 2, 49_140)).toEqual(["rtx-4090", 24]);
});

test("what a row is apart from its price is resolved once", () => {
  const make = offerMaker({ cloud: "acme", provider: "acme", source: "import/acme@skypilot", reference });
  const [first] = make([row({ price: 2 })], 1).sightings;
  const [second] = make([row({ price: 3 })], 2).sightings;
  expect(second!.offer).toBe(first!.offer);
  expect([first!.usdPerGpuHour, second!.usdPerGpuHour]).toEqual([2, 3]);
  expect(make([row({ region: "x" })], 3).sightings[0]!.offer).not.toBe(first!.offer);
});

test("a price outside what its GPU is let for is kept and doubted", () => {
  const { sightings } = offersOf("gcp", row({ price: 700 }), row({ price: 2 }));
  expect(sightings.map(({ flags }) => flags)).toEqual([["price_band"], []]);
});

test("a place says its country where it has one", () => {
  const placed = ["SE", "UK", "Sweden, SE, EU", ", US, NA", "FI - FIN-01", "UNSPECIFIED", "FIN-02"].map(
    (region) => {
      const { offer } = offersOf("acme", row({ region })).sightings[0]!;
      return [offer.region, offer.country];
    },
  );
  expect(placed).toEqual([
    ...[
      ["SE", "SE"],
      ["UK", null],
      ["Sweden, SE, EU", "SE"],
      ["US, NA", "US"],
    ],
    ...[
      ["FI - FIN-01", "FI"],
      [null, null],
      ["FIN-02", null],
    ],
  ]);
});

test("resellers name whose machine it is", () => {
  const upstream = (provider: string, instanceType: string) =>
    offersOf(provider, row({ instanceType })).sightings[0]!.offer.upstream;
  expect(upstream("shadeform", "lambdalabs_A100-sxm4x8")).toBe("lambda");
  expect(upstream("primeintellect", "dc_impala__1xA100_80GB__120__120")).toBe("dc_impala");
  expect(upstream("runpod", "1x_H100_SECURE")).toBeNull();
});
