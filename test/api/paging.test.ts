import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, type Client, clientOf } from "../helpers/documented.ts";
import { type Market, offerOf, openMarket, present } from "../helpers/market.ts";

const size = 60;
const price = (i: number): number => 1 + (i % 7) / 10;
const offer = (i: number) =>
  offerOf("alpha", `p${i}`, price(i), { availableGpus: i % 3 === 0 ? null : i, region: `r${i % 5}` });

let market: Market;
let client: Client;
beforeAll(async () => {
  market = await openMarket({ empty: true });
  await market.pull(
    "alpha",
    present - 60_000,
    Array.from({ length: size }, (_, i) => offer(i)),
  );
  client = await clientOf(market.app);
});
afterAll(() => market.close());

interface Row {
  readonly listing_id: string;
  readonly usd_per_gpu_hour: number;
}

/** Every page of a query; `between` runs after each. */
const pages = async (query: string, between: (page: number) => Promise<void> = async () => {}) => {
  const all: Row[][] = [];
  let cursor: string | null | undefined = null;
  do {
    const more: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor!)}`;
    const { data, meta }: Answer<Row[]> = await client.get<Row[]>(`/v1/offers?${query}${more}`);
    all.push(data);
    await between(all.length);
    cursor = meta.next_cursor;
  } while (cursor);
  return all;
};

const idsOf = (all: readonly Row[][]): string[] => all.flat().map((row) => row.listing_id);

describe("pages", () => {
  it.each([
    "",
    "gpu=h100-sxm",
    "gpu=h100&sort=usd_per_hour&order=desc",
    "sort=available_gpus",
    "sort=available_gpus&order=desc",
    "sort=reliability",
    "sort=first_seen_at&region=r2",
  ])("of %j cover every row once and in order", async (query) => {
    const whole = (await client.get<Row[]>(`/v1/offers?${query}&limit=10000`)).data;
    for (const limit of [1, 7, 59, 60, 61]) {
      const all = await pages(`${query}&limit=${limit}`);
      expect(idsOf(all)).toEqual(whole.map((row) => row.listing_id));
      expect(all.length).toBe(Math.max(1, Math.ceil(whole.length / limit)));
    }
  });

  it("go on where they were when the book is swapped between them", async () => {
    const leaves = (i: number): boolean => i % 10 === 9;
    const stayed = market.tape.book().offers.filter(({ offerId }) => !leaves(Number(offerId.slice(1))));
    const swap = async (page: number): Promise<void> => {
      const kept = Array.from({ length: size }, (_, i) => i).filter((i) => page < 2 || !leaves(i));
      const more = Array.from({ length: page }, (_, i) => offerOf("alpha", `new${i}`, 1.05));
      await market.pull("alpha", present - 60_000 + page, [...kept.map(offer), ...more]);
    };
    const seen = idsOf(await pages("limit=9", swap));
    expect(new Set(seen).size).toBe(seen.length);
    expect(stayed).toHaveLength(54);
    for (const { listingId } of stayed) expect(seen).toContain(listingId);
  });

  it("bound the limit", async () => {
    await client.refused(400, "/v1/offers?limit=0");
    await client.refused(400, "/v1/offers?limit=10001");
    await client.refused(400, "/v1/offers?limit=1.5");
    for (const limit of ["Infinity", "1e400", "-Infinity", "NaN"])
      expect((await client.refused(400, `/v1/offers?limit=${limit}`)).errors[0]!.field).toBe("limit");
    expect((await client.get<Row[]>("/v1/offers?limit=10000")).data.length).toBeGreaterThan(50);
  });

  it("refuse a cursor that this list did not give", async () => {
    const { meta } = await client.get<Row[]>("/v1/offers?limit=1");
    const cursor = meta.next_cursor!;
    for (const url of [
      "/v1/offers?cursor=nonsense",
      "/v1/offers?cursor=",
      `/v1/offers?sort=gpu_count&cursor=${cursor}`,
      `/v1/offers?order=desc&cursor=${cursor}`,
      `/v1/offers?cursor=${Buffer.from("null").toString("base64url")}`,
      `/v1/offers?cursor=${"a".repeat(1001)}`,
      "/v1/changes?cursor=nonsense",
      `/v1/changes?cursor=${cursor}`,
    ])
      expect((await client.refused(400, url)).errors[0]!.field).toBe("cursor");
  });
});
