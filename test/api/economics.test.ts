import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, clientOf } from "../helpers/documented.ts";
import { h100Index, type Market, openMarket } from "../helpers/market.ts";

interface Estimated {
  readonly value: number | null;
  readonly low: number | null;
  readonly reason: string | null;
}
interface Row {
  readonly gpu: string;
  readonly launch: string | null;
  readonly index: Estimated;
  readonly floor: number | null;
  readonly avoidable: number | null;
  readonly margin: Estimated;
  readonly margin_over_avoidable: Estimated;
  readonly earns_power: boolean | null;
  readonly residual: readonly { age_years: number; usd: number }[];
  readonly age_years: number | null;
  readonly residual_now_usd: number | null;
  readonly inputs: Readonly<Record<string, unknown>> & { readonly said: readonly string[] };
  readonly reason: string | null;
}

let market: Market;
let client: Client;
beforeAll(async () => {
  market = await openMarket();
  client = await clientOf(market.app);
});
afterAll(() => market.close());

const ask = (query = "") => client.get<Row[]>(`/v1/economics?${query}`);
const rowOf = async (query: string): Promise<Row> => (await ask(query)).data[0]!;

/** The known answer: capex 30,000, residual 3,000, four years at 12 %, 80 % rented, 1 kW, PUE 1.3, 0.08 USD a kWh. */
const known =
  "gpu=h100-sxm&capex_usd=30000&residual_usd=3000&years=4&annual_rate=0.12&utilisation=0.8&kilowatts=1&pue=1.3&usd_per_kwh=0.08&opex_usd_per_gpu_hour=0.25";

describe("GET /v1/economics", () => {
  it("gives the known answer for inputs that were said, and says which were", async () => {
    const row = await rowOf(known);
    expect(row.floor).toBeCloseTo(1.622859, 6);
    expect(row.avoidable).toBeCloseTo(0.104, 12);
    expect(row.index.value).toBe(h100Index);
    expect(row.margin.value).toBeCloseTo(h100Index - 1.622859, 6);
    expect(row.margin_over_avoidable.value).toBeCloseTo(h100Index - 0.104, 12);
    expect(row).toMatchObject({ gpu: "h100-sxm", launch: "2022-03", earns_power: true, reason: null });
    expect(row.inputs.said).toHaveLength(9);
    expect(row.inputs).toMatchObject({ capex_source: null, power_source: null, pue_source: null });
  });

  it("takes the tables where nothing was said, each figure with its source", async () => {
    const row = await rowOf("gpu=h100-sxm");
    expect(row.inputs).toMatchObject({
      ...{ capex_usd: 33626, capex_as_of: "2023-05-29", kilowatts: 1.275, pue: 1.54, years: 5 },
      ...{ country: "US", usd_per_kwh: 0.0861, power_period: "2025", said: [], launch_drop: 0.15 },
      launches: [{ gpu: "b200", generation: "Blackwell", launch: "2024-03", drop: 0.15 }],
    });
    expect(row.inputs.capex_source).toContain("SemiAnalysis");
    expect(row.inputs.power_source).toContain("EIA");
    expect(row.avoidable).toBeCloseTo(1.275 * 1.54 * 0.0861, 12);
    expect(row.margin.value).toBeCloseTo(h100Index - row.floor!, 12);
    expect(row.age_years).toBeCloseTo(4.436, 2);
    expect(row.residual.at(0)).toEqual({ age_years: 0, usd: 33626 });
    expect(row.residual_now_usd!).toBeLessThan(row.residual.at(4)!.usd);
    expect(row.inputs.residual_usd).toBeCloseTo(row.residual.at(5)!.usd, 9);
  });

  it("has a row for each card that is offered, the best margin first, those without one last", async () => {
    const { data } = await ask();
    expect(data.map(({ gpu }) => gpu).sort()).toEqual(
      ["a100-sxm-80gb", "h100-pcie", "h100-sxm", "l40s", "rtx-4090"].sort(),
    );
    expect(data[0]!.gpu).toBe("h100-sxm");
    for (const row of data.slice(1)) {
      expect(row.margin).toMatchObject({ value: null, reason: "no_price" });
      expect(row).toMatchObject({ earns_power: null, reason: null });
      expect(row.floor).toBeGreaterThan(row.avoidable!);
    }
    expect(data.slice(1).map(({ gpu }) => gpu)).toEqual(["a100-sxm-80gb", "h100-pcie", "l40s", "rtx-4090"]);
  });

  it("gives other work a turn after each card", async () => {
    const turnsOf = async (query: string): Promise<number> => {
      let [turns, isOver] = [0, false];
      const count = (): void => {
        turns++;
        if (!isOver) setImmediate(count);
      };
      setImmediate(count);
      await market.app.inject(`/v1/economics?${query}`);
      isOver = true;
      return turns;
    };
    // The fits are there already: only the cards themselves are left to be worked out.
    await turnsOf("");
    const [all, one] = [await turnsOf(""), await turnsOf("gpu=h100-sxm")];
    expect(all - one).toBeGreaterThanOrEqual(4);
  });

  it("gives the cards of a family, and refuses what no source prices", async () => {
    const { data } = await ask("gpu=h100");
    expect(data.map(({ gpu }) => gpu).sort()).toEqual(["h100-nvl", "h100-pcie", "h100-sxm"]);
    const nvl = data.find(({ gpu }) => gpu === "h100-nvl")!;
    expect(nvl).toMatchObject({ floor: null, reason: "no_capex", residual: [], residual_now_usd: null });
    expect(nvl.avoidable).toBeGreaterThan(0);
    expect((await rowOf("gpu=h100-nvl&capex_usd=30000")).reason).toBeNull();
    expect(await rowOf("gpu=tpu-v4")).toMatchObject({ floor: null, avoidable: null, reason: "no_capex" });
  });

  it("follows the price of power of a country, and knows none of others", async () => {
    const [us, ie] = [await rowOf("gpu=h100-sxm"), await rowOf("gpu=h100-sxm&country=ie")];
    expect(ie.inputs).toMatchObject({ country: "IE", usd_per_kwh: 0.228 });
    expect(ie.avoidable! - us.avoidable!).toBeCloseTo(1.275 * 1.54 * (0.228 - 0.0861), 12);
    const { errors } = await client.refused(400, "/v1/economics?gpu=h100-sxm&country=KP");
    expect(errors[0]).toMatchObject({ field: "country", message: expect.stringContaining("KP") });
    expect(errors[0]!.allowed).toEqual(expect.arrayContaining(["DE", "US"]));
    await client.refused(400, "/v1/economics?gpu=h100-sxm&country=ZZ");
    const told = await rowOf("gpu=h100-sxm&country=KP&usd_per_kwh=0.0861");
    expect(told).toMatchObject({ floor: us.floor, reason: null });
  });

  it("stands at a past instant, with the launches known then", async () => {
    const then = await rowOf("gpu=h100-sxm&at=2024-01-01");
    expect(then.inputs.launches).toEqual([]);
    expect(then.index).toMatchObject({ value: null });
    expect(then.age_years).toBeCloseTo(1.84, 2);
  });

  it("takes the index of the purchase that was asked for", async () => {
    expect((await rowOf("gpu=h100-sxm&purchase=spot")).index).toMatchObject({
      value: null,
      reason: "too_few_providers",
    });
  });

  it("answers CSV, a value a cell", async () => {
    const reply = await market.app.inject(`/v1/economics?${known}&format=csv`);
    expect(reply.headers["content-type"]).toMatch(/^text\/csv/);
    const [header, line] = reply.body.split("\r\n");
    const cells = new Map(header!.split(",").map((column, i) => [column, line!.split(",")[i]]));
    expect(cells.get("gpu")).toBe("h100-sxm");
    expect(Number(cells.get("floor"))).toBeCloseTo(1.622859, 6);
    expect(cells.get("index")).toBe(String(h100Index));
    expect(reply.body).not.toContain("[object");
  });

  it("gives numbers that serve at the ends of what it takes", async () => {
    const ends =
      "gpu=h100-sxm&capex_usd=10000000&years=0.083&utilisation=0.01&annual_rate=2&kilowatts=100&pue=5&usd_per_kwh=5";
    const row = await rowOf(ends);
    expect(row).toMatchObject({ floor: expect.any(Number), reason: null });
    expect((await rowOf(`${ends}&decay_per_year=10&launch_drop=1`)).floor).toBeGreaterThan(row.floor!);
    for (const rate of ["5e-324", "1e-320", "1e-300"])
      expect((await rowOf(`gpu=h100-sxm&annual_rate=${rate}`)).floor).toBeCloseTo(
        (await rowOf("gpu=h100-sxm&annual_rate=0")).floor!,
        6,
      );
  });

  it.each([
    ["purchase=rent", 400, "purchase"],
    ["country=Finland", 400, "country"],
    ["usd_per_kwh=6", 400, "usd_per_kwh"],
    ["usd_per_kwh=cheap", 400, "usd_per_kwh"],
    ["pue=0.9", 400, "pue"],
    ["gpu=h100-sxm&capex_usd=0", 400, "capex_usd"],
    ["capex_usd=30000", 400, "capex_usd"],
    ["gpu=h100-sxm&residual_usd=-1", 400, "residual_usd"],
    ["residual_usd=1", 400, "residual_usd"],
    ["years=0", 400, "years"],
    ["years=5e-324", 400, "years"],
    ["years=0.08", 400, "years"],
    ["utilisation=1e-300", 400, "utilisation"],
    ["gpu=h100-sxm&capex_usd=1e-300", 400, "capex_usd"],
    ["gpu=h100-sxm&kilowatts=1e-300", 400, "kilowatts"],
    ["years=Infinity", 400, "years"],
    ["annual_rate=3", 400, "annual_rate"],
    ["utilisation=0", 400, "utilisation"],
    ["utilisation=1.1", 400, "utilisation"],
    ["opex_usd_per_gpu_hour=-1", 400, "opex_usd_per_gpu_hour"],
    ["gpu=h100-sxm&kilowatts=0", 400, "kilowatts"],
    ["kilowatts=1", 400, "kilowatts"],
    ["decay_per_year=-0.1", 400, "decay_per_year"],
    ["launch_drop=2", 400, "launch_drop"],
    ["format=xml", 400, "format"],
    ["at=2030-01-01", 400, "at"],
    ["as_of=yesterday", 400, "as_of"],
    ["colour=red", 400, "colour"],
    ["gpu=h1000", 404, "gpu"],
    ["gpu=unknown:XPU%209", 404, "gpu"],
  ])("refuses %j", async (query, status, field) => {
    expect((await client.refused(status, `/v1/economics?${query}`)).errors[0]!.field).toBe(field);
  });
});
