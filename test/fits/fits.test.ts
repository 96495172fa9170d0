import { afterEach, describe, expect, it } from "vitest";
import { nextBook } from "../../src/domain/book.ts";
import { type Fits, startFits } from "../../src/fits/fits.ts";
import { createStudies } from "../../src/fits/studies.ts";
import { gpuStudyInput } from "../../src/models/study/gpu-input.ts";
import { studyGpu } from "../../src/models/study/gpu-study.ts";
import { bookOf, bookOffer, t0 } from "../helpers/offers.ts";

const breathe = async (): Promise<void> => undefined;
let fits: Fits;
const start = (): Fits => {
  fits = startFits();
  return fits;
};
afterEach(() => fits.close());

const cell = (gpu: string, level: number) =>
  Array.from({ length: 12 }, (_, i) =>
    bookOffer(`${gpu}-${i}`, {
      gpu,
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

describe("the thread of fits", () => {
  it("answers what the function answers here", async () => {
    const input = await gpuStudyInput(book, a.ids, t0, breathe);
    expect(await start().run("studyGpu", input)).toEqual(studyGpu(input));
  });

  it("lets who waits go before what is only made ready", async () => {
    const order: string[] = [];
    const { run } = start();
    const job = (name: string, urgent: boolean) =>
      run("indexBounds", [], { urgent }).then(() => void order.push(name));
    await Promise.all([job("first", false), job("idle", false), job("urgent", true), job("urgent 2", true)]);
    expect(order).toEqual(["first", "urgent", "urgent 2", "idle"]);
  });

  it("hands a failure to its caller, tells the observer, and goes on", async () => {
    const seen: [string, string][] = [];
    fits = startFits((task, status) => void seen.push([task, status]));
    const { run } = fits;
    await expect(run("indexBounds", null as never)).rejects.toThrow(/indexBounds: /);
    expect(await run("indexBounds", [])).toEqual([]);
    expect(seen).toEqual([
      ["indexBounds", "failed"],
      ["indexBounds", "done"],
    ]);
  });

  it("rejects what is under way when the program ends", async () => {
    const { run, close } = start();
    const waiting = Promise.allSettled([run("indexBounds", []), run("indexBounds", [])]);
    await close();
    for (const result of await waiting)
      expect(result).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
    await expect(run("indexBounds", [])).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("studies", () => {
  it("fit again only the GPUs whose offers changed", async () => {
    const studies = createStudies(start());
    expect(await studies.refresh([a, b], time)).toEqual({ fitted: 2, kept: 0 });
    expect(await studies.refresh([a, b], time)).toEqual({ fitted: 0, kept: 2 });
    const cheaper = bookOffer("a-0", { ...book.byGpu.get("a")![0]!, usdPerGpuHour: 1 });
    const swap = { sources: book.sources, at: t0, breathe: async () => undefined };
    const next = await nextBook(book, [cheaper], new Set(), swap);
    expect(await studies.refresh([a, b], { ...time, book: next })).toEqual({ fitted: 1, kept: 1 });
    const study = await studies.of(a, { ...time, book: next });
    expect(study).toEqual(studyGpu(await gpuStudyInput(next, a.ids, t0, breathe)));
  });

  it("fit again when a source goes stale", async () => {
    const studies = createStudies(start());
    await studies.refresh([a], time);
    const later = { ...time, now: t0 + 3_600_000 };
    expect(await studies.refresh([a], later)).toEqual({ fitted: 1, kept: 0 });
    expect((await studies.of(a, later)).onDemand.headline).toMatchObject({ value: null, reason: "empty" });
  });

  it("keep nothing of another time", async () => {
    const studies = createStudies(start());
    const past = { ...time, present: false };
    expect((await studies.of(a, past)).onDemand.headline.value).not.toBeNull();
    expect(await studies.refresh([a], time)).toEqual({ fitted: 1, kept: 0 });
  });

  it("have nothing to say of a GPU that nobody offers", async () => {
    const study = await createStudies(start()).of({ id: "c", ids: new Set(["c"]) }, time);
    expect(study.onDemand).toMatchObject({
      headline: { reason: "empty" },
      leverage: [],
      supply: { reason: "empty" },
      isotonic: [],
    });
    expect(study.differentials).toMatchObject({ effects: [], reason: "empty" });
  });
});
