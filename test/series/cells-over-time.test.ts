import { afterEach, expect, it } from "vitest";
import { day, hour } from "../../src/domain/time.ts";
import { indexCell } from "../../src/models/cell.ts";
import { cellsOverTime } from "../../src/series/cells-over-time.ts";
import { type Market, offerOf, openMarket, present } from "../helpers/market.ts";

let market: Market;
afterEach(() => market.close());

const cell = { gpus: new Set(["h100-sxm"]), purchase: "on_demand" } as const;
const offers = [1, 2, 3].map((i) =>
  offerOf("alpha", `a${i}`, 2 + i / 10, { gpu: "h100-sxm", gpuRaw: "H100 SXM" }),
);

const listings = async (first: number, to: number, step: number) => {
  const found: number[] = [];
  for await (const { at, book } of cellsOverTime(market.tape, cell, { first, to, step }, present))
    found.push(indexCell(book, cell.gpus, cell.purchase, at).listings.length);
  return found;
};

it("holds a past pull fresh for its own interval, whatever the source does today", async () => {
  market = await openMarket({ empty: true });
  const first = present - 10 * day;
  for (let i = 0; i < 3; i++) await market.pull("alpha", first + i * day, offers, { everyMinutes: 1440 });
  const daily = await listings(first + hour, first + 2 * day, day / 2);
  expect(daily).toEqual([3, 3, 3, 3]);
  await market.pull("alpha", present - hour, offers, { everyMinutes: 10 });
  expect(await listings(first + hour, first + 2 * day, day / 2)).toEqual(daily);
  const book = await market.tape.bookAt({ at: first + day + hour });
  expect(indexCell(book, cell.gpus, cell.purchase, first + day + hour).listings).toHaveLength(3);
});

it("gives each instant of a long span once, with what holds over the seam of its parts", async () => {
  market = await openMarket({ empty: true });
  const many = Array.from({ length: 500 }, (_, i) =>
    offerOf("alpha", `m${i}`, 2 + i / 1000, { gpu: "h100-sxm", gpuRaw: "H100 SXM" }),
  );
  await market.pull("alpha", present - 60 * day, many, { everyMinutes: 60 * 24 * 60 });
  const same: boolean[] = [];
  const span = { first: present - 60 * day, to: present, step: hour };
  for await (const { isSame, book, at } of cellsOverTime(market.tape, cell, span, present)) {
    same.push(isSame);
    expect(book.offers).toHaveLength(500);
    expect(at).toBe(span.first + (same.length - 1) * hour);
  }
  expect(same).toHaveLength(60 * 24 + 1);
  const news = same.flatMap((each, i) => (each ? [] : [i]));
  expect(news, "the first, and when the pull is a week old").toEqual([0, 7 * 24]);
});
