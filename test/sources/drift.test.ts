import { expect, test } from "vitest";
import type { Drift } from "../../bench/drift.ts";
import { proveDrifts } from "../../bench/drift-proof.ts";
import { type Pick, silentDrifts } from "../../bench/drift-run.ts";
import { loadReference } from "../../src/reference.ts";
import { sources } from "../../src/sources/index.ts";
import { at, payloadsOf } from "./fixture.ts";

const reference = await loadReference();
const sourceOf = (id: string) => sources.find((source) => source.id === id)!;

const everywhere: Pick = (drifts) => drifts.filter((drift) => drift.everywhere);

test.each(sources.map((source) => [source.id, source] as const))(
  "%s: each key with another name or type, and each other word, is told of, and no row is lost",
  async (_id, source) => expect(await silentDrifts(source, reference, everywhere)).toEqual([]),
);

test.each([
  ["azure", "rename", "type"],
  ["azure", "word", "type"],
  ["runpod", "rename", "securePrice"],
  ["verda", "rename", "spot_price"],
  ["sfcompute", "rename", "zone"],
  ["shadeform", "retype", "interconnect"],
  ["spheron", "rename", "clusters"],
  ["vultr", "retype", "locations"],
])("%s: a %s of %s leaves its listings unknown, when it comes and when it stays", async (id, what, key) => {
  const isMeant = (drift: Drift) => drift.what === what && drift.path.endsWith(`.${key}`);
  const tally = await proveDrifts(sourceOf(id), reference, (drifts) => drifts.filter(isMeant).slice(0, 4));
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
