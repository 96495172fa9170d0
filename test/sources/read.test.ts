import { expect, test } from "vitest";
import type { OfferDraft } from "../../src/domain/offer.ts";
import {
  count,
  country,
  judge,
  number,
  positive,
  type Rows,
  readRows,
  reject,
  text,
} from "../../src/sources/read.ts";

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

const rows = (offers: number, rejects: number, reason = "bad_price"): Rows => ({
  offers: Array(offers).fill(draft),
  rejects: Array(rejects).fill(reject(reason, {})),
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
  expect(readRows([row], () => [{ ...draft, ...change }])).toEqual({
    offers: [],
    rejects: [reject(reason, row)],
  });
});

test("a row that is no object is rejected, and raw text is cut", () => {
  expect(readRows([null, 3, []], () => [draft]).rejects.map(({ raw }) => raw)).toEqual(["null", "3", "[]"]);
  expect(reject("x", "a".repeat(5000)).raw).toHaveLength(2000);
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
