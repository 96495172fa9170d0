import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatInstant, hour, minute } from "../../src/domain/time.ts";
import { publishIndex } from "../../src/series/index-record.ts";
import { spansByVersion } from "../../src/series/methodology.ts";
import { everyGpu } from "../../src/series/studied-gpus.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { h100Index, type Market, openMarket, present } from "../helpers/market.ts";
import { publishedBefore } from "../helpers/published-before.ts";

let market: Market;
let client: Client;
const iso = (at: number): string => formatInstant(at);
const now = present + hour + 30 * minute;
const valueOne = 2.3;

interface Row {
  readonly at: string;
  readonly value: number | null;
  readonly methodology: string;
  readonly published_at: string | null;
}
const rowsOf = async (query: string) => client.get<Row[]>(`/v1/index?gpu=h100-sxm&${query}`);
const span = `from=${iso(present - 2 * hour)}&to=${iso(present + hour)}&interval=1h`;

beforeAll(async () => {
  market = await openMarket();
  client = await clientOf(market.app);
  await publishedBefore(market, { first: present - hour, to: present });
  market.setNow(now);
  await publishIndex(market.context, everyGpu(market.context.reference.gpus), now);
}, 120_000);
afterAll(() => market.close());

const change = { last_at: iso(present), from: "weighted_median/1", to: "weighted_median/2" };

describe("a series over a change of the methodology", () => {
  it("is under version 1 up to the last instant published so, and says where it changes", async () => {
    const { data, meta } = await rowsOf(span);
    expect(data.map(({ at, methodology }) => [at, methodology])).toEqual([
      [iso(present - hour), "weighted_median/1"],
      [iso(present), "weighted_median/1"],
      [iso(present + hour), "weighted_median/2"],
    ]);
    expect(data[1]!.value).toBe(valueOne);
    expect(data[2]!.value).toBeCloseTo(h100Index, 12);
    expect(meta).toMatchObject({ methodology_change: change });
  });

  it.each([
    [1, valueOne],
    [2, h100Index],
  ])("is computed anew in version %i throughout where it is asked for", async (version, value) => {
    const { data } = await rowsOf(`${span}&methodology=${version}`);
    expect(new Set(data.map(({ methodology }) => methodology))).toEqual(
      new Set([`weighted_median/${version}`]),
    );
    for (const row of data.slice(1)) expect(row.value).toBeCloseTo(value, 12);
  });

  it("is read from the record as it was published, and filled in one version where that is asked for", async () => {
    const published = await rowsOf(`${span}&vintage=provisional`);
    expect(published.data.map(({ methodology }) => methodology)).toEqual([
      ...["weighted_median/1", "weighted_median/1", "weighted_median/2"],
    ]);
    const { data } = await rowsOf(`${span}&vintage=provisional&methodology=2`);
    expect(data.map(({ at, methodology, published_at: at2 }) => [at, methodology, at2 !== null])).toEqual([
      [iso(present - hour), "weighted_median/2", false],
      [iso(present), "weighted_median/2", false],
      [iso(present + hour), "weighted_median/2", true],
    ]);
    expect(data[1]!.value).toBeCloseTo(h100Index, 12);
    expect((await rowsOf(`${span}&vintage=provisional`)).data).toEqual(published.data);
  });

  it("keeps an instant, its receipts and a settlement under the version it was published with", async () => {
    expect((await rowsOf(`at=${iso(present)}`)).data[0]).toMatchObject({
      ...{ value: valueOne, methodology: "weighted_median/1" },
    });
    expect((await rowsOf("")).data[0]!.methodology).toBe("weighted_median/2");
    const receipts = await client.get<{ value: number; digest: string; published: { digest: string }[] }>(
      `/v1/index/h100-sxm/receipts?at=${iso(present)}`,
    );
    expect(receipts.data).toMatchObject({ value: valueOne, methodology: "weighted_median/1" });
    expect(receipts.data.published[0]!.digest).toBe(receipts.data.digest);
    const two = await client.get(`/v1/index/h100-sxm/receipts?at=${iso(present)}&methodology=2`);
    expect(two.data).toMatchObject({ methodology: "weighted_median/2" });
    const settlement = `/v1/index/h100-sxm/settlement?from=${iso(present)}&to=${iso(present + hour)}&method=weighted_median`;
    expect((await client.get(settlement)).data).toMatchObject({
      ...{ rate: valueOne, methodologies: ["weighted_median/1"] },
    });
    expect((await client.get<{ rate: number }>(`${settlement}&methodology=2`)).data.rate).toBeCloseTo(
      h100Index,
      12,
    );
  });

  it("is in the present version throughout where version 1 was never published, without a word of a change", async () => {
    const { data, meta } = await client.get<Row[]>(`/v1/index?gpu=h100&${span}`);
    expect(new Set(data.map(({ methodology }) => methodology))).toEqual(new Set(["weighted_median/2"]));
    expect(meta).not.toHaveProperty("methodology_change");
  });

  it.each([
    ["methodology=3", "methodology"],
    ["methodology=1&method=hedonic", "methodology"],
  ])("refuses %s", async (query, field) => {
    const problem = await client.refused(400, `/v1/index?gpu=h100-sxm&${query}`);
    expect(problem.errors[0]!.field).toBe(field);
  });
});

describe("spansByVersion", () => {
  const spanOf = (first: number, to: number, changedAt?: number) =>
    spansByVersion({ first, to, step: 10 }, changedAt).map((part) => [part.first, part.to, part.version]);

  it.each([
    [undefined, [[0, 30, 2]]],
    [Number.POSITIVE_INFINITY, [[0, 30, 1]]],
    [0, [[0, 30, 2]]],
    [31, [[0, 30, 1]]],
    [
      10,
      [
        [0, 0, 1],
        [10, 30, 2],
      ],
    ],
    [
      11,
      [
        [0, 10, 1],
        [20, 30, 2],
      ],
    ],
    [
      29,
      [
        [0, 20, 1],
        [30, 30, 2],
      ],
    ],
  ])("changed at %j", (changedAt, parts) => {
    expect(spanOf(0, 30, changedAt)).toEqual(parts);
  });

  it("is empty for a span without instants", () => expect(spanOf(10, 0, 5)).toEqual([]));
});
