import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultInWords, replaySource, runSource } from "../../src/collect/run-source.ts";
import { complete, type OfferDraft, type Reject } from "../../src/domain/offer.ts";
import { AppError } from "../../src/errors.ts";
import { loadReference, type Reference } from "../../src/reference.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "../../src/sources/source.ts";
import { aSource } from "../helpers/market.ts";

const began = Date.UTC(2026, 7, 1);
let reference: Reference;
let archive: string;
beforeAll(async () => {
  reference = await loadReference();
  archive = mkdtempSync(join(tmpdir(), "gputape-run-"));
});
afterAll(() => rmSync(archive, { recursive: true }));

/** Each look at the clock is a second later. */
const tools = (folder: string | null = null) => {
  let now = began;
  const clock = () => {
    now += 1000;
    return now - 1000;
  };
  return { clock, archive: folder, reference, rates: [] };
};

const draft = (i: number, changes: Partial<OfferDraft> = {}): OfferDraft => ({
  provider: "acme",
  offerId: `o${i}`,
  gpuRaw: "H100 SXM",
  gpuCount: 1,
  purchase: "on_demand",
  priceRaw: 2,
  unitRaw: "USD per GPU-hour",
  currency: "USD",
  pricePerGpuHour: 2,
  ...changes,
});
const drafts = (count: number, changes: Partial<OfferDraft> = {}): OfferDraft[] =>
  Array.from({ length: count }, (_, i) => draft(i, changes));
const rejects = (count: number, reason = "bad_price"): Reject[] =>
  Array.from({ length: count }, (_, i) => ({ reason, raw: `${i}` }));

const body: RawPayload = {
  name: "all",
  url: "https://example.org/all",
  status: 200,
  contentType: "application/json",
  body: "[]",
  fetchedAt: began,
};

const saying = (parsed: Partial<Parsed>, changes: Partial<Source> = {}): Source =>
  aSource("acme", {
    fetch: async () => [body],
    parse: () => ({
      ...{ offers: [], rejects: [], dropped: {}, completeness: complete },
      seen: [parsed.offers, parsed.rejects, parsed.rates].reduce((sum, rows) => sum + (rows?.length ?? 0), 0),
      ...parsed,
    }),
    parserVersion: 3,
    ...changes,
  });

const run = (source: Source, folder: string | null = null) =>
  runSource(source, {} as FetchContext, tools(folder));

describe("runSource", () => {
  it("brings offers with their times", async () => {
    const result = await run(saying({ offers: drafts(3), rejects: rejects(0) }));
    expect(result).toMatchObject({
      source: "acme",
      startedAt: began,
      observedAt: began + 1000,
      finishedAt: began + 2000,
      status: "complete",
      blindScopes: [],
      note: null,
      parserVersion: 3,
      payloads: [],
      unknownGpus: [],
    });
    expect(result.offers.map(({ offerId, source }) => [offerId, source])).toEqual([
      ["o0", "acme"],
      ["o1", "acme"],
      ["o2", "acme"],
    ]);
  });

  it("takes the venue's own time where every row has one, never one after the receipt", async () => {
    const timed = (...times: (number | undefined)[]) =>
      times.map((observedAt, i) => draft(i, observedAt === undefined ? {} : { observedAt }));
    const observed = async (...times: (number | undefined)[]) =>
      (await run(saying({ offers: timed(...times) }))).observedAt - began;
    expect(await observed(began - 9000, began - 5000)).toBe(-5000);
    expect(await observed(began - 9000, undefined)).toBe(1000);
    expect(await observed(began + 60_000)).toBe(1000);
  });

  it("is failed when the venue does not answer or its answer is none", async () => {
    const gone = new AppError("upstream_failed", "acme answered 500");
    const unread = () => {
      throw new Error("no JSON\n    at secret.ts:1");
    };
    const fetch = async () => {
      throw gone;
    };
    expect(await run(saying({}, { fetch }))).toMatchObject({
      status: "failed",
      note: "acme answered 500",
      blindScopes: "*",
      offers: [],
      startedAt: began,
      observedAt: began + 1000,
    });
    expect(await run(saying({}, { parse: unread }))).toMatchObject({
      status: "failed",
      note: "Error: no JSON",
    });
  });

  it("keeps the bodies of a pull that could not be read", async () => {
    const parse = () => {
      throw new AppError("upstream_failed", "not the shape that was expected");
    };
    const { status, payloads } = await run(saying({}, { parse }), archive);
    expect([status, payloads.length]).toEqual(["failed", 1]);
  });

  it("is empty when nothing was shown: that is no observation", async () => {
    expect(await run(saying({}))).toMatchObject({
      status: "empty",
      blindScopes: "*",
      note: "the answer held no offers; that is no observation",
    });
    expect(await run(saying({ offers: drafts(4, { priceRaw: 0 }) }))).toMatchObject({
      status: "empty",
      note: "all 4 rows were refused",
    });
    const rates = [{ date: "2026-07-31", currency: "USD", perEuro: 1.2 }];
    expect(await run(saying({ rates }))).toMatchObject({ status: "complete", rates });
  });

  it("is partial when more than a fifth of the rows was refused, by source or by judge", async () => {
    const statusOf = async (good: number, refused: number, bad: number) =>
      (
        await run(
          saying({
            offers: [...drafts(good), ...drafts(bad, { currency: "XXX" })],
            rejects: rejects(refused),
          }),
        )
      ).status;
    expect(await statusOf(8, 2, 0)).toBe("complete");
    expect(await statusOf(79, 21, 0)).toBe("partial");
    expect(await statusOf(8, 0, 2)).toBe("complete");
    expect(await statusOf(7, 1, 2)).toBe("partial");
    expect(await run(saying({ offers: drafts(1), rejects: rejects(1) }))).toMatchObject({
      note: "1 of 2 rows were refused",
      blindScopes: "*",
    });
  });

  it("does not count rows that are there without a price", async () => {
    const { status } = await run(saying({ offers: drafts(1), rejects: rejects(9, "no_price") }));
    expect(status).toBe("complete");
  });

  it("keeps what the source says of its own blind spots", async () => {
    const truncated = { state: "truncated", note: "cut off: h100", blindScopes: ["h100"] } as const;
    expect(await run(saying({ offers: drafts(1), completeness: truncated }))).toMatchObject({
      status: "truncated",
      note: "cut off: h100",
      blindScopes: ["h100"],
    });
  });

  it("says which side fields were off their scale, and keeps the offers complete", async () => {
    const offers = [...drafts(4), draft(8, { reliability: 97.3 }), draft(9, { reliability: 99, vramGib: 0 })];
    const result = await run(saying({ offers }));
    expect(result).toMatchObject({
      status: "complete",
      note: "off their scale and left out: reliability in 2, vramGib in 1",
    });
    expect(result.offers).toHaveLength(6);
  });

  it("accounts for every row, what its own judge refuses included, and fails where one is lost", async () => {
    const counted = { offers: [...drafts(2), draft(2, { currency: "XXX" })], dropped: { windows: 4 } };
    const good = await run(saying({ ...counted, rejects: rejects(1), seen: 8 }));
    expect(good).toMatchObject({ status: "partial", rowsSeen: 8, dropped: { windows: 4 } });
    expect([good.offers.length, good.rejects.length]).toEqual([2, 2]);
    expect(await run(saying({ ...counted, rejects: rejects(1), seen: 9 }))).toMatchObject({
      status: "failed",
      note: "of 9 rows 8 are accounted for; the source has lost or made rows",
    });
  });

  it("names each unknown GPU once", async () => {
    const offers = [...drafts(2, { gpuRaw: "XPU 9" }), draft(9, { gpuRaw: "XPU 10" })].map((each, i) => ({
      ...each,
      offerId: `${i}`,
    }));
    expect((await run(saying({ offers }))).unknownGpus).toEqual(["unknown:XPU 9", "unknown:XPU 10"]);
  });
});

describe("replaySource", () => {
  it("reads archived bodies again through the present parser, at their own time", async () => {
    const first = await run(saying({ offers: drafts(1) }), archive);
    const newer = saying(
      {},
      {
        parserVersion: 4,
        parse: (bodies) => {
          expect(bodies).toEqual([body]);
          return { offers: drafts(2), rejects: [], dropped: {}, seen: 2, completeness: complete };
        },
      },
    );
    const again = await replaySource(newer, first.payloads, first.observedAt, { ...tools(), archive });
    expect(again).toMatchObject({ status: "complete", observedAt: first.observedAt, parserVersion: 4 });
    expect(again.offers).toHaveLength(2);
    expect(again.payloads).toEqual(first.payloads);
  });

  it("fails in words when the archive lacks a body", async () => {
    const lost = { ...body, sha256: "0".repeat(64), bytes: 2 };
    const result = await replaySource(saying({}), [lost], began, { ...tools(), archive });
    expect(result).toMatchObject({ status: "failed", observedAt: began });
    expect(result.note).toContain("the archive has no body");
  });
});

describe("faultInWords", () => {
  it("is one line without a stack, whatever was thrown", () => {
    expect(faultInWords(new TypeError("x is no function\n at y"))).toBe("TypeError: x is no function");
    expect(faultInWords("plain")).toBe("plain");
    expect(faultInWords(undefined)).toBe("undefined");
  });
});
