import { describe, expect, test } from "vitest";
import { judge } from "../../src/collect/judge.ts";
import type { OfferDraft } from "../../src/domain/offer.ts";
import { AppError } from "../../src/errors.ts";
import { loadReference } from "../../src/reference.ts";
import { sources } from "../../src/sources/index.ts";
import type { RawPayload, Source } from "../../src/sources/source.ts";
import {
  at,
  type CheckedRow,
  emptyAnswer,
  fetchFixture,
  handRates,
  hasFixture,
  payload,
  payloadsOf,
  readFixture,
} from "./fixture.ts";

const parseAs = (source: Source, body: string) =>
  source.parse(
    payloadsOf(source.id).map((one) => ({ ...one, body })),
    at,
  );

const checkDraft = (draft: OfferDraft): void => {
  expect(draft.provider).toMatch(/^[a-z0-9][a-z0-9-]*$/);
  expect(draft.offerId).not.toBe("");
  expect(draft.gpuRaw.trim()).not.toBe("");
  expect(draft.pricePerGpuHour).toBeGreaterThan(0);
  expect(Number.isFinite(draft.pricePerGpuHour)).toBe(true);
  expect(draft.priceRaw).toBeGreaterThan(0);
  expect(draft.unitRaw).not.toBe("");
  expect(draft.currency).toMatch(/^[A-Z]{3}$/);
  expect(Number.isInteger(draft.gpuCount) && draft.gpuCount >= 1).toBe(true);
  expect(draft.minGpus ?? draft.gpuCount).toBeLessThanOrEqual(draft.gpuCount);
  expect(draft.minGpus ?? 1).toBeGreaterThanOrEqual(1);
  expect(draft.gpuShare ?? 1).toBeGreaterThan(0);
  expect(draft.gpuShare ?? 1).toBeLessThanOrEqual(1);
  expect(draft.country ?? "XX").toMatch(/^[A-Z]{2}$/);
  expect(draft.vramGib ?? 1).toBeGreaterThan(0);
  expect(draft.availableGpus ?? 0).toBeGreaterThanOrEqual(0);
  if (draft.availableGpus !== null && draft.availableGpus !== undefined)
    expect(draft.availableIs).toBeTruthy();
  expect(draft.reliability ?? 0).toBeGreaterThanOrEqual(0);
  expect(draft.reliability ?? 0).toBeLessThanOrEqual(1);
  expect(draft.purchase === "reserved").toBe((draft.termMonths ?? null) !== null);
  expect(draft.observedAt ?? at).toBeLessThanOrEqual(at);
};

/** What tells listings of one source apart (domain/offer.ts, listingKey). */
const identity = (draft: OfferDraft): string =>
  [
    draft.provider,
    draft.machineId ?? draft.offerId,
    draft.gpuRaw,
    draft.gpuCount,
    draft.region,
    draft.zone,
    draft.purchase,
    draft.tier,
    draft.termMonths,
  ].join("|");

const reference = await loadReference();

const judged = (source: Source, drafts: readonly OfferDraft[]) =>
  drafts.flatMap((draft) => {
    const result = judge(draft, { source: source.id, ...reference, rates: handRates, observedAt: at });
    return "offer" in result ? [result.offer] : [];
  });

const isRow = (row: CheckedRow, offer: ReturnType<typeof judged>[number]): boolean =>
  offer.offerId === row.offerId &&
  offer.purchase === row.purchase &&
  (row.region === undefined || offer.region === row.region) &&
  (row.tier === undefined || offer.tier === row.tier) &&
  (row.termMonths === undefined || Math.abs((offer.termMonths ?? 0) - row.termMonths) < 1e-9);

test("ids are unique and readable", () => {
  const ids = sources.map((source) => source.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
});

describe.each(sources.map((source) => [source.id, source] as const))("source %s", (_id, source) => {
  test("has a fixture and says who it is", () => {
    expect(hasFixture(source.id), `test/fixtures/${source.id}/fixture.json is missing`).toBe(true);
    expect(source.name).not.toBe("");
    expect(source.docsUrl).not.toBe("");
    expect(source.everyMinutes).toBeGreaterThan(0);
    expect(source.parserVersion).toBeGreaterThanOrEqual(1);
    expect(source.baseUrl.endsWith("/")).toBe(false);
    if (source.legalNote !== null) expect(source.enabledByDefault).toBe(false);
  });

  test("fetches what its fixture lists, in that order", async () => {
    const { requests, payloads } = await fetchFixture(source);
    const fixture = readFixture(source.id);
    const listed = fixture.requests.map(({ name }) => name);
    expect(requests.filter(({ name }) => listed.includes(name)).map(({ name }) => name)).toEqual(listed);
    for (const { name, url } of fixture.requests) {
      expect(requests.find((request) => request.name === name)?.url).toBe(url);
    }
    const names = payloads.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const kept = fixture.requests.filter((request) => request.archived !== false).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(kept));
    for (const { name } of fixture.requests.filter((request) => request.archived === false)) {
      expect(names).not.toContain(name);
    }
  });

  test("reads its fixture into valid drafts", () => {
    const { offers, rejects, completeness, rates, tokens } = source.parse(payloadsOf(source.id), at);
    if (source.kind === "rates") {
      expect(rates?.length).toBeGreaterThan(0);
      expect(offers).toEqual([]);
    } else if (source.kind === "tokens") {
      expect(tokens?.length).toBeGreaterThan(0);
      expect(offers).toEqual([]);
    } else {
      expect(offers.length).toBeGreaterThan(0);
    }
    expect(rejects.length, "the fixture has odd rows").toBeGreaterThan(0);
    expect(completeness.state).not.toBe("empty");
    for (const draft of offers) checkDraft(draft);
    expect(new Set(offers.map(identity)).size).toBe(offers.length);
    for (const { reason, raw } of rejects) {
      expect(reason).toMatch(/^[a-z][a-z_]*(: \S+)?$/);
      expect(raw.length).toBeLessThanOrEqual(2000);
      expect(raw).not.toBe("");
    }
    for (const rate of rates ?? []) expect(rate.perEuro).toBeGreaterThan(0);
  });

  test("gets the rows worked out by hand right: unit, count, GPU and USD per GPU-hour", () => {
    const { checked = [] } = readFixture(source.id);
    if (source.kind !== "rates" && source.kind !== "tokens") expect(checked.length).toBeGreaterThan(0);
    const offers = judged(source, source.parse(payloadsOf(source.id), at).offers);
    for (const row of checked) {
      const { offerId, priceRaw, unitRaw, currency, gpuCount, gpu, usdPerGpuHour } = row;
      const found = offers.filter((offer) => isRow(row, offer));
      expect(found.length, `rows that are ${JSON.stringify(row)}`).toBeGreaterThan(0);
      for (const offer of found) {
        expect(offer).toMatchObject({ offerId, unitRaw, currency, gpuCount, gpu });
        expect(offer.priceRaw).toBeCloseTo(priceRaw, 9);
        expect(offer.usdPerGpuHour).toBeCloseTo(usdPerGpuHour, 9);
      }
    }
  });

  test("keeps a GPU that it does not know under its own name", () => {
    const known = source.parse(payloadsOf(source.id), at).offers[0];
    if (known === undefined) return;
    const { instanceType: _type, ...draft } = { ...known, gpuRaw: "Zeta Q9 GPU" };
    const [offer] = judged(source, [{ ...draft, vramGib: null }]);
    expect(offer).toMatchObject({ gpuRaw: "Zeta Q9 GPU", gpu: expect.stringMatching(/^unknown:/) });
    expect(offer?.flags).toContain("unknown_gpu");
  });

  test("is experimental exactly where nobody recorded or documented its answers", () => {
    expect(readFixture(source.id).assumed ?? false).toBe(source.experimental);
    if (source.experimental) expect(source.enabledByDefault).toBe(false);
  });

  test("reads the same payload twice alike and leaves it as it was", () => {
    const payloads = payloadsOf(source.id);
    const before = JSON.stringify(payloads);
    expect(source.parse(payloads, at)).toEqual(source.parse(payloads, at));
    expect(JSON.stringify(payloads)).toBe(before);
  });

  test("an answer with nothing in it is empty", () => {
    const fixture = readFixture(source.id);
    const nothing = payloadsOf(source.id).map((one) => ({ ...one, body: emptyAnswer(fixture, one.name) }));
    const parsed = source.parse(nothing, at);
    expect(parsed.completeness).toEqual({ state: "empty", note: expect.any(String), blindScopes: "*" });
    expect([parsed.offers, parsed.rejects, parsed.rates ?? []]).toEqual([[], [], []]);
  });

  test.each([
    ["words", "the service is being maintained"],
    ["an empty body", ""],
    ["a page", "<html><body>sign in</body></html>"],
    ["an error object", '{"error":"not found"}'],
    ["null", "null"],
    ["the wrong kind of JSON", '"text"'],
  ])("throws on %s", (_what, body) => {
    expect(() => parseAs(source, body)).toThrow(AppError);
    try {
      parseAs(source, body);
    } catch (error) {
      expect(error).toMatchObject({ code: "upstream_failed" });
      expect((error as Error).message).toMatch(/shape/);
    }
  });

  test("throws on a cut body", () => {
    const cut = (one: RawPayload): RawPayload => ({ ...one, body: one.body.trimEnd().slice(0, -10) });
    expect(() => source.parse(payloadsOf(source.id).map(cut), at)).toThrow(AppError);
  });

  test("throws without any answer", () => {
    expect(() => source.parse([], at)).toThrow(AppError);
    expect(() => source.parse([payload("other", "down", 503)], at)).toThrow(AppError);
  });
});
