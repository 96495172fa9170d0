import { describe, expect, it } from "vitest";
import type { Fleet } from "../../src/domain/fleet.ts";
import { day, hour } from "../../src/domain/time.ts";
import { readFleetDays } from "../../src/store/read-fleet-days.ts";
import { writePull } from "../../src/store/write-pull.ts";
import { aPull, memoryTape, t0 } from "../helpers/tape.ts";

const fleet = (changes: Partial<Fleet> = {}): Fleet => ({
  provider: "acme",
  gpuRaw: "H100 SXM",
  gpu: "h100-sxm",
  region: null,
  totalGpus: 100,
  rentedGpus: 60,
  observedAt: t0,
  ...changes,
});

/** By a source that is read every twelve hours, so that what it said stands for less than a day. */
const everyMinutes = 720;
const tell = async (tape: Awaited<ReturnType<typeof memoryTape>>, at: number, fleets: readonly Fleet[]) =>
  writePull(tape.database, tape.catalog, aPull({ observedAt: at, everyMinutes }), [], { fleets });

const filter = {
  gpus: new Set(["h100-sxm", "h100-pcie"]),
  first: t0 + day,
  step: day,
  to: t0 + 5 * day,
  asOf: Date.UTC(9000, 0, 1),
};

describe("readFleetDays", () => {
  it("adds up the last words on the fleets of a provider at each midnight", async () => {
    const tape = await memoryTape();
    const pcie = fleet({ gpu: "h100-pcie", gpuRaw: "H100 PCIe", totalGpus: 10, rentedGpus: 5 });
    const other = fleet({ gpu: "a100", totalGpus: 7, rentedGpus: 7 });
    await tell(tape, t0 + hour, [
      fleet(),
      pcie,
      other,
      fleet({ provider: "beta", region: "eu", rentedGpus: 1 }),
    ]);
    await tell(tape, t0 + 30 * hour, [fleet({ rentedGpus: 80 }), pcie]);
    const found = await readFleetDays(tape.database, { ...filter, to: t0 + 2 * day });
    expect(found.map(({ at, ...row }) => [(at - t0) / day, ...Object.values(row)])).toEqual([
      [1, "test", "acme", 110, 65],
      [1, "test", "beta", 100, 1],
      [2, "test", "acme", 110, 85],
      [2, "test", "beta", 100, 1],
    ]);
  });

  it("takes a word for as long as its source is current", async () => {
    const tape = await memoryTape();
    await tell(tape, t0 + hour, [fleet()]);
    // Read again without news: the word stands on.
    await tell(tape, t0 + 2 * day, [fleet()]);
    await tell(tape, t0 + 3 * day, [fleet()]);
    const failed = aPull({ observedAt: t0 + 4 * day, status: "failed", everyMinutes });
    await writePull(tape.database, tape.catalog, failed, []);
    const days = (await readFleetDays(tape.database, filter)).map(({ at }) => (at - t0) / day);
    expect(days).toEqual([1, 2, 3]);
  });

  it("does not know at a knowledge time what was learnt later, and has nothing for other GPUs", async () => {
    const tape = await memoryTape();
    await tell(tape, t0 + hour, [fleet()]);
    expect(await readFleetDays(tape.database, { ...filter, asOf: t0 })).toEqual([]);
    expect(await readFleetDays(tape.database, { ...filter, gpus: new Set(["l4"]) })).toEqual([]);
    expect(await readFleetDays(tape.database, { ...filter, gpus: new Set() })).toEqual([]);
  });
});
