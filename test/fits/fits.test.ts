import { afterEach, describe, expect, it } from "vitest";
import { type Fits, startFits } from "../../src/fits/fits.ts";
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

/** What became of so many fits that were asked for at once. */
const askAtOnce = ({ run }: Fits, count: number, urgent: boolean) =>
  Promise.allSettled(Array.from({ length: count }, () => run("indexBounds", [], { urgent })));

describe("the thread of fits", () => {
  it("answers what the function answers here", async () => {
    const offers = ["p1", "p2", "p3", "p4"].map((provider) => bookOffer(provider, { provider, gpu: "a" }));
    const input = await gpuStudyInput(bookOf(offers), new Set(["a"]), t0, breathe);
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

  it("does not hold up for ever what is only made ready", async () => {
    const order: boolean[] = [];
    const { run } = start();
    const job = (urgent: boolean) => run("indexBounds", [], { urgent }).then(() => void order.push(urgent));
    await Promise.all(Array.from({ length: 50 }, () => job(true)).concat(job(false)));
    expect(order.indexOf(false)).toBeGreaterThan(5);
    expect(order.indexOf(false)).toBeLessThan(20);
  });

  it("turns away who would wait behind too many, and nothing that nobody waits for", async () => {
    const [asked, idle] = await Promise.all([askAtOnce(start(), 1000, true), askAtOnce(fits, 1000, false)]);
    const refused = asked.findIndex(({ status }) => status === "rejected");
    expect(refused).toBeGreaterThan(50);
    expect(refused).toBeLessThan(500);
    const reason = { code: "unavailable", retryable: true, details: { retryAfterSeconds: 5 } };
    for (const result of asked.slice(refused)) expect(result).toMatchObject({ status: "rejected", reason });
    for (const result of idle) expect(result).toMatchObject({ status: "fulfilled" });
    expect(await fits.run("indexBounds", [])).toEqual([]);
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

  it("goes on after an input that cannot cross to the thread, the first or a later one", async () => {
    const seen: string[] = [];
    fits = startFits((_task, status) => void seen.push(status));
    const uncloneable = [() => 1] as never;
    const asked = [uncloneable, [], uncloneable, uncloneable, []].map((input) =>
      fits.run("indexBounds", input).catch((error: Error) => error),
    );
    const failure = expect.objectContaining({
      code: "internal",
      message: expect.stringMatching(/^indexBounds: .+could not be cloned/s),
    });
    expect(await Promise.all(asked)).toEqual([failure, [], failure, failure, []]);
    expect(seen).toEqual(["failed", "done", "failed", "failed", "done"]);
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
