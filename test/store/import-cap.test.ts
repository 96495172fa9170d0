import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cellOffers } from "../../src/models/cell-offers.ts";
import { blindSources, supplyStack, truncatedAbove } from "../../src/models/supply-stack.ts";
import { readPullTimes } from "../../src/store/read-pull-times.ts";
import { type Importer, openImporter } from "../helpers/import.ts";
import { sharedData } from "../helpers/shared-data.ts";

let to: Importer;
beforeEach(async () => {
  to = await openImporter();
});
afterEach(() => to.close());

const header = "observed_at,provider,machine_id,offer_id,gpu_name,gpu_count,price_usd_hour";
const at = (day: number): number => Date.UTC(2026, 0, day);
const row = (day: number, machine: string, gpu: string, gpus: number, usd: number): string =>
  `2026-01-0${day}T00:00:00Z,vast,${machine},${machine}-${gpus},${gpu},${gpus},${usd}`;
const text = (...rows: string[]): string => [header, ...rows].join("\n");
const allTiers = new Set(["secure", "community", null] as const);

/** A cap of three: RTX 4090 is cut on days 1, 2 and 5, and whole on days 3 and 4; L40S is whole always. */
const capped = text(
  ...[row(1, "a", "RTX 4090", 1, 0.3), row(1, "b", "RTX 4090", 1, 0.4), row(1, "c", "RTX 4090", 1, 0.5)],
  ...[row(1, "x", "L40S", 1, 0.9), row(1, "y", "L40S", 1, 1)],
  ...[row(2, "a", "RTX 4090", 1, 0.3), row(2, "b", "RTX 4090", 1, 0.4), row(2, "d", "RTX 4090", 1, 0.2)],
  row(2, "x", "L40S", 1, 0.9),
  ...[row(3, "a", "RTX 4090", 1, 0.3), row(3, "b", "RTX 4090", 1, 0.4), row(3, "x", "L40S", 1, 0.9)],
  ...[row(4, "a", "RTX 4090", 1, 0.3), row(4, "x", "L40S", 1, 0.9)],
  ...[row(5, "a", "RTX 4090", 1, 0.3), row(5, "a", "RTX 4090", 2, 0.62), row(5, "a", "RTX 4090", 4, 1.28)],
  row(5, "x", "L40S", 1, 0.9),
);

const ticksOf = async (machine: string) =>
  (
    await to.query(
      `select extract('day' from observed_at)::integer as d, state::varchar as state
       from ticks join listings using (listing_no) where machine_id = '${machine}' and gpu_count = 1
       order by observed_at, recorded_at`,
    )
  ).map(({ d, state }) => [d, state]);

const curveAt = async (instant: number, ids: readonly string[]) => {
  const book = await to.tape.bookAt({ at: instant });
  const { offers } = cellOffers(book, new Set(ids), "on_demand", instant, { tiers: allTiers });
  return {
    steps: supplyStack(offers),
    above: truncatedAbove(offers, book),
    blind: blindSources(offers, book),
  };
};

describe("a file whose query shows at most so many rows a GPU model", () => {
  it("is blind to a model where it shows as many, and sees the others whole", async () => {
    expect(await to.lines(capped, { cap: 3 })).toMatchObject({ pulls: 5, cut_pulls: 3 });
    // c falls out behind the cap, and is known to be gone when the model is seen whole.
    expect(await ticksOf("c")).toEqual([
      [1, "live"],
      [2, "unknown"],
      [3, "delisted"],
    ]);
    expect(await ticksOf("y")).toEqual([
      [1, "live"],
      [2, "delisted"],
    ]);
    expect(await ticksOf("b")).toEqual([
      [1, "live"],
      [4, "delisted"],
    ]);
  });

  it("has truncated pulls with the models they are blind to", async () => {
    await to.lines(capped, { cap: 3 });
    const pulls = await to.query(
      `select status::varchar as status, blind_all, array_to_string(blind_scopes, ';') as scopes, note
       from pulls order by observed_at`,
    );
    const cut = { status: "truncated", blind_all: false, scopes: "RTX 4090", note: "cut off: RTX 4090" };
    const whole = { status: "complete", blind_all: false, scopes: "", note: null };
    expect(pulls).toEqual([cut, cut, whole, whole, cut]);
    expect(await to.query("select distinct scope from listings order by 1")).toEqual([
      { scope: "L40S" },
      { scope: "RTX 4090" },
    ]);
  });

  it("gives a curve that is blind at any price, for nobody knows the order of the query", async () => {
    await to.lines(capped, { cap: 3 });
    const blindAt = async (gpu: string) => {
      const found: number[] = [];
      for (const day of [1, 2, 3, 4, 5]) {
        const { above, blind } = await curveAt(at(day), [gpu]);
        expect(above).toBeNull();
        found.push(blind.length);
      }
      return found;
    };
    expect(await blindAt("rtx-4090")).toEqual([1, 1, 0, 0, 1]);
    expect(await blindAt("l40s")).toEqual([0, 0, 0, 0, 0]);
  });

  it("does not add up slices of one machine", async () => {
    await to.lines(capped, { cap: 3 });
    expect((await curveAt(at(5), ["rtx-4090"])).steps).toMatchObject([
      { usdPerGpuHour: 0.3, gpus: 4, cumulativeGpus: 4 },
    ]);
  });

  it("counts rows of the file, also those that are refused, and each provider by itself", async () => {
    const bad = row(1, "c", "RTX 4090", 1, -1);
    const other = row(1, "z", "RTX 4090", 1, 0.4).replace(",vast,", ",runpod,");
    const rows = text(row(1, "a", "RTX 4090", 1, 0.3), row(1, "b", "RTX 4090", 1, 0.4), bad, other);
    expect(await to.lines(rows, { cap: 3 })).toMatchObject({
      ...{ pulls: 2, cut_pulls: 1, rejects: 1, reject_reasons: { bad_price: 1 } },
    });
    const cut = await to.query("select source from pulls where status = 'truncated'");
    expect(cut).toEqual([{ source: "import/vast" }]);
  });

  it("is whole below the cap, and adds nothing the second time", async () => {
    expect(await to.lines(capped, { cap: 4 })).toMatchObject({ cut_pulls: 0 });
    expect(await ticksOf("c")).toEqual([
      [1, "live"],
      [2, "delisted"],
    ]);
    expect(await to.lines(capped, { cap: 4 })).toMatchObject({ ticks: 0 });
  });

  it("adds nothing the second time where it is cut", async () => {
    await to.lines(capped, { cap: 3 });
    const before = await to.query("select * from ticks order by all");
    expect(await to.lines(capped, { cap: 3 })).toMatchObject({ ticks: 0 });
    expect(await to.query("select * from ticks order by all")).toEqual(before);
    expect(await to.query("select count(*)::integer as n from pulls")).toEqual([{ n: 5 }]);
  });

  it("leaves what it does not show unknown without the option, as ever", async () => {
    expect(await to.lines(capped)).toMatchObject({ cut_pulls: 0 });
    expect((await ticksOf("y"))[1]).toEqual([2, "unknown"]);
    expect(await to.query("select distinct scope from listings")).toEqual([{ scope: "" }]);
  });
});

describe("a price per GPU", () => {
  const lines = "observed_at,provider,instance_type,gpu_name,gpu_count,price_usd_hour";
  const told = `${lines}\n2026-01-01,lambda,a,H100,,2.5`;

  it("needs no count", async () => {
    expect(await to.lines(told, { perGpu: true })).toMatchObject({ rejects: 0, listings: 1 });
    expect(to.tape.book().offers[0]).toMatchObject({ gpuCount: 1, usdPerGpuHour: 2.5 });
  });

  it("is one of an instance where it is not said to be, and refused without a count", async () => {
    expect(await to.lines(told)).toMatchObject({ reject_reasons: { bad_gpu_count: 1 }, listings: 0 });
  });
});

const file = sharedData("vast_offers.parquet");
if (file === null) console.warn("the recorded offers of Vast are not here, so the test of them is skipped");

describe.skipIf(file === null)("recorded offers of Vast, 64 rows a model at most", () => {
  /** Rows and GPUs of a model at each time: each machine as its largest slice. */
  const machines = async (name: string) =>
    (
      await to.query(
        `select epoch_ms(observed_at)::double as seen_at, sum(n)::integer as n, sum(gpus)::integer as gpus from (
           select observed_at, machine_id, count(*) as n, max(gpu_count) as gpus
           from read_parquet('${file}') where gpu_name = '${name}' group by all
         ) group by observed_at order by observed_at`,
      )
    ).map(({ seen_at, n, gpus }) => ({ at: seen_at as number, rows: n as number, gpus: gpus as number }));
  const models = [
    ["RTX 4090", ["rtx-4090"]],
    [
      "Tesla V100",
      [
        "v100",
        "v100-32gb",
        "v100-16gb",
        "v100-sxm2-16gb",
        "v100-sxm2-32gb",
        "v100-pcie-16gb",
        "v100-pcie-32gb",
      ],
    ],
    ["L40S", ["l40s"]],
    ["H200", ["h200"]],
    ["H100 SXM", ["h100-sxm"]],
  ] as const;

  it("are cut where there are 64 rows, and nowhere else", async () => {
    await to.file(file!, { cap: 64 });
    expect(await readPullTimes(to.tape.database)).toHaveLength(12);
    for (const [name, ids] of models) {
      for (const { at: instant, rows } of await machines(name)) {
        const { above, blind } = await curveAt(instant, ids);
        expect(above).toBeNull();
        expect(blind.length === 0, `${name} at ${new Date(instant).toISOString()}`).toBe(rows < 64);
      }
    }
  });

  it("count each machine once", async () => {
    await to.file(file!, { cap: 64 });
    for (const [name, ids] of models.slice(2)) {
      for (const { at: instant, gpus } of await machines(name)) {
        const { steps } = await curveAt(instant, ids);
        expect(steps.at(-1)?.cumulativeGpus ?? 0, `${name} at ${new Date(instant).toISOString()}`).toBe(gpus);
      }
    }
  });
});
