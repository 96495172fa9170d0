import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Book, nextBook, type SourceState } from "../../src/domain/book.ts";
import { minute } from "../../src/domain/time.ts";
import { type Fits, startFits } from "../../src/fits/fits.ts";
import { createStudies, type Studies } from "../../src/fits/studies.ts";
import { gpuStudyInput } from "../../src/models/study/gpu-input.ts";
import { studyGpu } from "../../src/models/study/gpu-study.ts";
import { bookOf, bookOffer, sourceState, t0 } from "../helpers/offers.ts";

const breathe = async (): Promise<void> => undefined;
let fits: Fits;
let studies: Studies;
let made: number;
beforeEach(() => {
  made = 0;
  fits = startFits(() => void made++);
  studies = createStudies(fits);
});
afterEach(() => fits.close());

const cell = (gpu: string, level: number, source = "acme") =>
  Array.from({ length: 12 }, (_, i) =>
    bookOffer(`${gpu}-${i}`, {
      gpu,
      source,
      provider: `p${i % 4}`,
      listingNo: level * 100 + i,
      usdPerGpuHour: level * (1 + i / 20),
      minBidUsdPerGpuHour: null,
    }),
  );
const book = bookOf([...cell("a", 2), ...cell("b", 3)]);
const time = { book, now: t0, present: true };
const a = { id: "a", ids: new Set(["a"]) };
const b = { id: "b", ids: new Set(["b"]) };
const done = { fitted: 0, failed: 0, kept: 0, error: null };

const after = (gone: readonly number[], sources = book.sources): Promise<Book> =>
  nextBook(book, [], new Set(gone), { sources, at: t0, breathe });
const withSource = (state: SourceState): Promise<Book> =>
  after([], new Map([...book.sources, [state.source, state]]));

describe("studies", () => {
  it("fit again only the GPUs whose offers changed", async () => {
    expect(await studies.refresh([a, b], time)).toEqual({ ...done, fitted: 2 });
    expect(await studies.refresh([a, b], time)).toEqual({ ...done, kept: 2 });
    const cheaper = bookOffer("a-0", { ...book.byGpu.get("a")![0]!, usdPerGpuHour: 1 });
    const swap = { sources: book.sources, at: t0, breathe };
    const next = await nextBook(book, [cheaper], new Set(), swap);
    expect(await studies.refresh([a, b], { ...time, book: next })).toEqual({ ...done, fitted: 1, kept: 1 });
    const study = await studies.of(a, { ...time, book: next });
    expect(study).toEqual(studyGpu(await gpuStudyInput(next, a.ids, t0, breathe)));
  });

  it("fit again when a source goes stale", async () => {
    await studies.refresh([a], time);
    const later = { ...time, now: t0 + 3_600_000 };
    expect(await studies.refresh([a], later)).toEqual({ ...done, fitted: 1 });
    expect((await studies.of(a, later)).onDemand.headline).toMatchObject({ value: null, reason: "empty" });
  });

  it("stand whatever becomes of sources that offer nothing of the GPU", async () => {
    const quick = sourceState("quick", { everyMinutes: 1, lastGoodAt: t0 });
    const mixed = { ...time, book: bookOf([...cell("a", 2), ...cell("b", 3, "quick")], [quick]) };
    expect(await studies.refresh([a, b], mixed)).toEqual({ ...done, fitted: 2 });
    const stale = { ...mixed, now: t0 + 3 * minute };
    expect(await studies.refresh([a, b], stale)).toEqual({ ...done, fitted: 1, kept: 1 });
    expect((await studies.of(b, stale)).onDemand.headline.reason).toBe("empty");
  });

  it("stand when a source of no offers joins, and fall when one of their own changes its kind", async () => {
    await studies.refresh([a, b], time);
    const tokens = await withSource(sourceState("tokens", { kind: "tokens" }));
    expect(await studies.refresh([a, b], { ...time, book: tokens })).toEqual({ ...done, kept: 2 });
    const statistic = await withSource(sourceState("acme", { kind: "statistic" }));
    expect(await studies.refresh([a, b], { ...time, book: statistic })).toEqual({ ...done, fitted: 2 });
    const lost = await after([], new Map());
    expect(await studies.refresh([a, b], { ...time, book: lost })).toEqual({ ...done, fitted: 2 });
  });

  it("stand in whichever order the sources come", async () => {
    const twoSources = [...cell("a", 2), ...cell("a", 3, "bolt")];
    const mixed = bookOf(twoSources);
    await studies.refresh([a], { ...time, book: mixed });
    const turned = { ...mixed, sources: new Map([...mixed.sources].reverse()) };
    expect(await studies.refresh([a], { ...time, book: turned })).toEqual({ ...done, kept: 1 });
  });

  it("keep nothing of another time", async () => {
    const past = { ...time, present: false };
    expect((await studies.of(a, past)).onDemand.headline.value).not.toBeNull();
    expect(await studies.refresh([a], time)).toEqual({ ...done, fitted: 1 });
  });

  it("keep nothing of a GPU that nobody offers", async () => {
    const invented = { id: "unknown:x", ids: new Set(["unknown:x"]) };
    await studies.of(invented, time);
    await studies.of(invented, time);
    expect(made).toBe(2);
  });

  it("forget a GPU when its offers are gone", async () => {
    await studies.of(a, time);
    await studies.of(b, time);
    const without = await after(book.byGpu.get("b")!.map(({ listingNo }) => listingNo));
    await studies.refresh([], { ...time, book: without });
    await studies.of(a, time);
    expect(made).toBe(2);
    await studies.of(b, time);
    expect(made).toBe(3);
  });

  it("count those that failed apart, say why, and try them again", async () => {
    await fits.close();
    const failing = await studies.refresh([a, b], time);
    expect(failing).toMatchObject({ fitted: 0, failed: 2, kept: 0, error: { code: "unavailable" } });
    expect(await studies.refresh([a], time)).toMatchObject({ fitted: 0, failed: 1, kept: 0 });
  });

  it("have nothing to say of a GPU that nobody offers", async () => {
    const study = await studies.of({ id: "c", ids: new Set(["c"]) }, time);
    expect(study.onDemand).toMatchObject({
      headline: { reason: "empty" },
      leverage: [],
      supply: { reason: "empty" },
      isotonic: [],
    });
    expect(study.differentials).toMatchObject({ effects: [], reason: "empty" });
  });
});
