import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Importer, importedAt, openImporter } from "../helpers/import.ts";

let to: Importer;
beforeEach(async () => {
  to = await openImporter();
});
afterEach(() => to.close());

const header = "observed_at,provider,instance_type,gpu_name,gpu_count,region,price_usd_hour,source";
const row = (day: number, type: string, usd: number, source: string): string =>
  `2026-01-0${day}T00:00:00Z,aws,${type},L4,1,us-east-1,${usd},${source}`;
const at = (day: number): number => Date.UTC(2026, 0, day);
const live = async (times: { at?: number; asOf?: number } = {}) =>
  Object.fromEntries(
    (await to.tape.bookAt(times)).offers.map((offer) => [offer.offerId, offer.usdPerGpuHour]).sort(),
  );

describe("archives of one provider", () => {
  it("say nothing about each other's listings", async () => {
    await to.lines([header, row(1, "a", 1, "one/repo@x"), row(3, "a", 1, "one/repo@y")].join("\n"));
    await to.lines([header, row(2, "b", 2, "other/repo@z"), row(4, "b", 2, "other/repo@z")].join("\n"));
    for (const day of [2, 3, 4]) expect(await live({ at: at(day) })).toEqual({ a: 1, b: 2 });
    const sources = await to.query("select distinct source from pulls order by 1");
    expect(sources.map(({ source }) => source)).toEqual(["import/aws@one/repo", "import/aws@other/repo"]);
  });

  it("make their own listings unknown, also beside another archive in one file", async () => {
    const rows = [
      row(1, "a", 1, "one@1"),
      row(1, "b", 2, "two@1"),
      row(2, "b", 2, "two@1"),
      row(3, "c", 3, "one@1"),
    ];
    await to.lines([header, ...rows].join("\n"));
    expect(await live({ at: at(2) })).toEqual({ a: 1, b: 2 });
    expect(await live({ at: at(3) })).toEqual({ b: 2, c: 3 });
  });

  it("are corrected by a file that names one row, and keep the rest and the past", async () => {
    const rows = [1, 2, 3].flatMap((day) => [row(day, "a", 1, "one/repo@x"), row(day, "b", 2, "one/repo@x")]);
    await to.lines([header, ...rows].join("\n"));
    const before = importedAt - 1;
    await to.lines(`${header.replace(",source", "")}\n${row(2, "a", 9, "").replace(/,$/, "")}`);
    expect(await live({ at: at(2) })).toEqual({ a: 9, b: 2 });
    expect(await live({ at: at(3) })).toEqual({ a: 1, b: 2 });
    expect(await live({ at: at(2), asOf: before })).toEqual({ a: 1, b: 2 });
    expect(await to.query("select count(*)::integer as n from listings")).toEqual([{ n: 2 }]);
  });

  it("are corrected within the same archive without losing what the correction leaves out", async () => {
    const rows = [1, 2].flatMap((day) => [row(day, "a", 1, "one/repo@x"), row(day, "b", 2, "one/repo@x")]);
    await to.lines([header, ...rows].join("\n"));
    await to.lines([header, row(1, "a", 5, "one/repo@later")].join("\n"));
    expect(await live({ at: at(1) })).toEqual({ a: 5, b: 2 });
    expect(await live({ at: at(2) })).toEqual({ a: 1, b: 2 });
  });
});

describe("a price in words", () => {
  it("is refused with its text, not dropped", async () => {
    const result = await to.lines(
      `${header}\n${row(1, "a", 1, "x@1")}\n2026-01-01T00:00:00Z,aws,b,L4,1,us-east-1,two dollars,x@1`,
    );
    expect(result).toMatchObject({ rejects: 1 });
    const [reject] = await to.query("select reason, raw from rejects");
    expect(reject).toMatchObject({ reason: "bad_price" });
  });
});
