import { expect, test } from "vitest";
import type { OfferDraft } from "../../src/domain/offer.ts";
import type { Keys } from "../../src/sources/keys.ts";
import {
  count,
  country,
  type Json,
  joinRows,
  judge,
  number,
  positive,
  type Rows,
  readRows,
  text,
} from "../../src/sources/read.ts";
import { dropped, orElse, type Reading, reject } from "../../src/sources/reading.ts";

const draft: OfferDraft = {
  provider: "p",
  offerId: "o",
  gpuRaw: "H100",
  gpuCount: 8,
  purchase: "on_demand",
  priceRaw: 16,
  unitRaw: "USD per instance-hour",
  currency: "USD",
  pricePerGpuHour: 2,
};

const any = { must: [] };

const rows = (offers: number, rejects: number, reason = "bad_price"): Rows => ({
  offers: Array(offers).fill(draft),
  rejects: Array(rejects).fill(reject(reason, {})),
  dropped: {},
  seen: offers + rejects,
});

test("numbers are read strictly", () => {
  expect(
    [1.5, "1.5", " 2 ", "", " ", "1,5", "soon", null, undefined, Number.NaN, true, [1]].map(number),
  ).toEqual([...[1.5, 1.5, 2, null, null, null], ...[null, null, null, null, null, null]]);
  expect([0, -1, "0", 3].map(positive)).toEqual([null, null, null, 3]);
  expect([0, 1, 1.5, "8"].map(count)).toEqual([null, 1, null, 8]);
  expect([" a ", "", 3].map(text)).toEqual(["a", null, null]);
  expect(["us", " NL", "USA", null].map(country)).toEqual(["US", "NL", null, null]);
});

test.each([
  ["bad_price", { pricePerGpuHour: 0 }],
  ["bad_price", { pricePerGpuHour: Number.NaN }],
  ["bad_price", { pricePerGpuHour: Number.POSITIVE_INFINITY }],
  ["bad_gpu_count", { gpuCount: 0 }],
  ["bad_gpu_count", { gpuCount: 1.5 }],
  ["bad_gpu_count", { minGpus: 9 }],
  ["bad_gpu_share", { gpuShare: 0 }],
  ["bad_gpu_share", { gpuShare: 1.2 }],
])("no source can emit %s", (reason, change) => {
  const row = { odd: true };
  expect(readRows([row], any, () => [{ ...draft, ...change }])).toEqual({
    offers: [],
    rejects: [reject(reason, row)],
    dropped: {},
    seen: 1,
  });
});

test("a row that is no object is rejected, and raw text is cut", () => {
  expect(readRows([null, 3, []], any, () => [draft]).rejects.map(({ raw }) => raw)).toEqual([
    "null",
    "3",
    "[]",
  ]);
  expect(reject("x", "a".repeat(5000)).raw).toHaveLength(2000);
});

test("every row is an offer, a reject or dropped by a rule, and an item has at least one", () => {
  const items = [{ kind: "both" }, { kind: "windows" }, { kind: "odd" }, "no row", { kind: "dear" }];
  const read = ({ kind }: Json): Reading => {
    if (kind === "windows") return [dropped("windows")];
    if (kind === "dear") return [{ ...draft, pricePerGpuHour: Number.NaN }];
    return kind === "both" ? [draft, { ...draft, purchase: "spot" }] : orElse([], "unknown_kind");
  };
  const { offers, rejects, ...counts } = readRows(items, { must: ["kind"] }, read);
  expect(offers).toHaveLength(2);
  expect(rejects.map(({ reason }) => reason)).toEqual(["unknown_kind", "not_an_object", "bad_price"]);
  expect(counts).toEqual({ dropped: { windows: 1 }, seen: 6 });
  expect(joinRows([readRows(items, any, read), readRows(items, any, read)])).toMatchObject({
    dropped: { windows: 2 },
    seen: 12,
  });
  expect(judge(readRows([{ kind: "windows" }], any, read)).note).toBe(
    "all rows are left out by rule: 1 windows",
  );
});

test("a key that is absent is no null, and one of another kind is not one that is not told", () => {
  const keys: Keys = {
    must: ["price", "gpu.name"],
    may: { city: ["text", "the host did not tell"] },
    optional: { term: ["text", "on demand"], "gpu.count": ["number", "one"] },
  };
  const good = { price: null, gpu: { name: "H100" }, city: null };
  const { gpu: _gpu, ...withoutGpu } = good;
  const rows = [
    good,
    { ...good, city: "Oslo", term: "1 year", gpu: { name: "H100", count: "8" } },
    { ...good, city: undefined },
    { ...good, city: { name: "Oslo" } },
    { ...good, term: 1 },
    { ...good, gpu: { name: "H100", count: "eight" } },
    { ...good, gpu: { model: "H100" } },
    withoutGpu,
    { ...good, gpu: null },
  ];
  const { offers, rejects } = readRows(rows, keys, () => [draft]);
  expect(offers).toHaveLength(3);
  expect(rejects.map(({ reason }) => reason)).toEqual([
    ...["absent_key: city", "odd_key: city", "odd_key: term", "odd_key: gpu.count"],
    ...["absent_key: gpu.name", "absent_key: gpu.name"],
  ]);
});

test("a fifth of rejected rows is tolerated, more is not", () => {
  expect(judge(rows(8, 2))).toEqual({ state: "complete", note: null, blindScopes: [] });
  expect(judge(rows(7, 2))).toEqual({
    state: "partial",
    note: "2 of 9 rows could not be read",
    blindScopes: "*",
  });
  expect(judge(rows(1, 9, "no_price"), { harmless: ["no_price"] }).state).toBe("complete");
});

test("nothing is empty; lost goes before cut", () => {
  expect(judge(rows(0, 0)).state).toBe("empty");
  expect(judge(rows(9, 0), { cut: ["a"] })).toEqual({
    state: "truncated",
    note: "cut off: a",
    blindScopes: ["a"],
  });
  expect(judge(rows(9, 0), { lost: ["b"], cut: ["a"] })).toEqual({
    state: "partial",
    note: "no answer for b; cut off: a",
    blindScopes: ["b", "a"],
  });
  expect(judge(rows(9, 0), { cut: ["*"] }).blindScopes).toBe("*");
});
