import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hour, minute } from "../../src/domain/time.ts";
import { publishIndex } from "../../src/series/index-record.ts";
import { everyGpu } from "../../src/series/studied-gpus.ts";
import { verifyIndex } from "../../src/series/verify-index.ts";
import type { PublishedValue, Vintage } from "../../src/store/index-record.ts";
import { readIndexValues } from "../../src/store/read-index-record.ts";
import { h100Index, type Market, offerOf, openMarket, present } from "../helpers/market.ts";
import { publishedBefore } from "../helpers/published-before.ts";

/** What the program published of this market while version 1 was the present one. */
const versionOne = [
  {
    ...{ method: "weighted_median", methodology: "weighted_median/1", value: 2.3, hhi: 0.25 },
    ...{ low: 1.7770480782108335, high: 2.976846864675757 },
    digest: "4c56c9a3ae584a5cf88cb6db80097529dd0a926589d60242b7c922e157c1a8a8",
  },
  {
    ...{ method: "votes", methodology: "votes/1", value: 2.013736842105263, hhi: 0.3019390581717452 },
    ...{ low: 1.7241457080931428, high: 2.5130999999999997 },
    digest: "f1a0687abc7d4daa4425343b62441144a0f3996b7f124093fe4e3fc89804ae3b",
  },
];

let market: Market;
let before: PublishedValue[];
const changedAt = present + 2 * hour;
beforeAll(async () => {
  market = await openMarket();
  before = await publishedBefore(market, { first: present, to: present + hour });
}, 120_000);
afterAll(() => market.close());

const publish = (now: number) => {
  market.setNow(now);
  return publishIndex(market.context, everyGpu(market.context.reference.gpus), now);
};
const words = (method: string, vintage: Vintage) =>
  readIndexValues(market.tape.database, { gpu: "h100-sxm", purchase: "on_demand", method, vintage });
const digests = (values: readonly PublishedValue[]) => values.map(({ digest }) => digest);

describe("values of two versions of the methodology", () => {
  it("are those that version 1 published, to the digest", () => {
    expect(before.filter(({ at }) => at === present)).toMatchObject(versionOne);
  });

  it("carry version 2 from the change on", async () => {
    await publish(present + 2 * hour + 5 * minute);
    const found = await words("weighted_median", "provisional");
    expect(found.map(({ methodology }) => methodology)).toEqual([
      ...["weighted_median/1", "weighted_median/1", "weighted_median/2"],
    ]);
    expect(found.map(({ at }) => at)).toEqual([present, present + hour, changedAt]);
    expect(versionOne[0]!.value).not.toBeCloseTo(h100Index, 3);
  });

  it("become final under the version they were first published with, with the same receipts", async () => {
    await publish(present + 26 * hour + 5 * minute);
    for (const method of ["weighted_median", "votes"]) {
      const [provisional, final] = [await words(method, "provisional"), await words(method, "final")];
      expect(final.map(({ methodology }) => methodology)).toEqual([
        ...[`${method}/1`, `${method}/1`, `${method}/2`],
      ]);
      expect(digests(final)).toEqual(digests(provisional.slice(0, 3)));
      expect(final.map(({ value, low, high, hhi }) => [value, low, high, hhi])).toEqual(
        provisional.slice(0, 3).map(({ value, low, high, hhi }) => [value, low, high, hhi]),
      );
    }
  });

  it("are not revised by something late that changes nothing of them", async () => {
    await market.pull(
      "elsewhere",
      present + minute,
      [offerOf("elsewhere", "e", 1, { gpu: "l40s", gpuRaw: "L40S" })],
      {
        recordedAt: present + 27 * hour,
      },
    );
    await publish(present + 27 * hour + 5 * minute);
    const revised = await readIndexValues(market.tape.database, { vintage: "revised" });
    expect(new Set(revised.map(({ gpu }) => gpu))).toEqual(new Set(["l40s"]));
  });

  it("are revised under that version too, and only where they differ", async () => {
    const cheaper = [0, 1, 2, 3].map((i) =>
      offerOf("fifth", `f${i}`, 1.4 + i / 10, { gpu: "h100-sxm", gpuRaw: "H100 SXM" }),
    );
    // Of the three hours that are final by then, the first is before it came.
    await market.pull("fifth", present + 30 * minute, cheaper, { recordedAt: present + 28 * hour });
    await publish(present + 28 * hour + 5 * minute);
    const revised = await words("weighted_median", "revised");
    expect(revised.slice(0, 2).map(({ at, methodology }) => [at, methodology])).toEqual([
      [present + hour, "weighted_median/1"],
      [present + 2 * hour, "weighted_median/2"],
    ]);
    expect(revised[0]).toMatchObject({ nProviders: 5 });
  });

  it("are all verified by their own version", async () => {
    const found = [];
    for await (const { values } of verifyIndex(market.context, {})) found.push(...values);
    const versions = new Set(found.map(({ methodology }) => methodology));
    expect([...versions].sort()).toEqual(["votes/1", "votes/2", "weighted_median/1", "weighted_median/2"]);
    expect(found.filter(({ verdict }) => verdict === "MISMATCH")).toEqual([]);
    await market.tape.database.writer.run(
      "update index_values set methodology = replace(methodology, '/1', '/2') where methodology = 'weighted_median/1'",
    );
    const whys = [];
    for await (const { values } of verifyIndex(market.context, {}))
      whys.push(...values.flatMap(({ why, methodology }) => (why === null ? [] : [`${why} ${methodology}`])));
    expect(whys.length).toBeGreaterThan(3);
    expect(new Set(whys.map((why) => why.split(" ")[1]))).toEqual(new Set(["weighted_median/2"]));
  });
});
