import { describe, expect, test } from "vitest";
import type { Drift } from "../../bench/drift.ts";
import { proveDrifts } from "../../bench/drift-proof.ts";
import { seeded } from "../../bench/synthetic.ts";
import { loadReference } from "../../src/reference.ts";
import { sources } from "../../src/sources/index.ts";
import { at, payloadsOf } from "./fixture.ts";

const reference = await loadReference();
const sourceOf = (id: string) => sources.find((source) => source.id === id)!;

/** Some drifts of a source, the same in every run. */
const some =
  (count: number) =>
  (drifts: readonly Drift[]): readonly Drift[] => {
    const random = seeded(2026);
    return Array.from({ length: count }, () => drifts[Math.floor(random() * drifts.length)]).filter(
      (drift) => drift !== undefined,
    );
  };

describe.each(sources.map((source) => [source.id, source] as const))("source %s", (_id, source) => {
  test("a changed payload delists nothing and loses no row", async () => {
    const { drifts, faults } = await proveDrifts(source, reference, some(12));
    expect(faults).toEqual([]);
    expect(drifts).toBe(12);
  }, 60_000);
});

test.each([
  ["azure", "rename", "type"],
  ["azure", "word", "type"],
  ["runpod", "rename", "securePrice"],
  ["verda", "rename", "spot_price"],
])("%s: a %s of every %s leaves its listings unknown", async (id, what, key) => {
  const picked = (drifts: readonly Drift[]) =>
    drifts.filter((drift) => drift.what === what && drift.path.endsWith(`.${key}`));
  const tally = await proveDrifts(sourceOf(id), reference, picked);
  expect(tally.faults).toEqual([]);
  expect(tally.missing).toBeGreaterThan(0);
});

test("an Azure answer with every type renamed is rows that cannot be read, not an empty market", () => {
  const renamed = payloadsOf("azure").map((one) => ({
    ...one,
    body: one.body.replaceAll('"type":', '"kind":'),
  }));
  const { offers, rejects, seen, completeness } = sourceOf("azure").parse(renamed, at);
  expect(offers).toEqual([]);
  expect(rejects.length).toBe(seen);
  expect(new Set(rejects.map(({ reason }) => reason))).toContain("absent_key: type");
  expect(completeness).toMatchObject({ state: "partial", blindScopes: "*" });
});
