import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { day, formatInstant, hour, minute } from "../../src/domain/time.ts";
import { voteIndex } from "../../src/models/index/votes.ts";
import { publishIndex } from "../../src/series/index-record.ts";
import { everyGpu } from "../../src/series/studied-gpus.ts";
import { verifyIndex } from "../../src/series/verify-index.ts";
import { readIndexValues } from "../../src/store/read-index-record.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { h100Index, type Market, offerOf, openMarket, present } from "../helpers/market.ts";

let market: Market;
let client: Client;
beforeAll(async () => {
  market = await openMarket();
  client = await clientOf(market.app);
});
afterAll(() => market.close());

const iso = (at: number): string => formatInstant(at);
const publish = (now: number) => {
  const { context } = market;
  market.setNow(now);
  return publishIndex(context, everyGpu(context.reference.gpus), now);
};
const verify = async (filter: Parameters<typeof verifyIndex>[1]) => {
  const found = [];
  for await (const part of verifyIndex(market.context, filter)) found.push(...part.values);
  return found;
};
const words = (vintage?: "provisional" | "final" | "revised") =>
  readIndexValues(market.tape.database, {
    ...{ gpu: "h100-sxm", purchase: "on_demand", method: "weighted_median" },
    ...(vintage === undefined ? {} : { vintage }),
  });

interface Row {
  readonly at: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly vintage: string;
  readonly digest: string | null;
  readonly reason: string | null;
}
interface Receipts {
  readonly value: number | null;
  readonly digest: string;
  readonly receipts: readonly {
    provider: string;
    usd_per_gpu_hour: number;
    free_gpus: number | null;
    deviation: number | null;
    weight: number;
    status: string;
  }[];
  readonly leverage: readonly { provider: string; without: number | null; change: number | null }[];
  readonly published: readonly { vintage: string; value: number | null; digest: string }[];
}

describe("the record of the index", () => {
  it("publishes the hour once, with what the endpoint says of that hour", async () => {
    const first = await publish(present + 5 * minute);
    expect(first.provisional).toBeGreaterThan(10);
    expect(first).toMatchObject({ final: 0, revised: 0 });
    expect(await publish(present + 6 * minute)).toEqual({ provisional: 0, final: 0, revised: 0 });
    const [value, ...more] = await words();
    expect(more).toEqual([]);
    const [row] = (await client.get<Row[]>(`/v1/index?gpu=h100-sxm&at=${iso(present)}`)).data;
    expect(value).toMatchObject({ at: present, vintage: "provisional", value: row!.value, low: row!.low });
    expect(row).toMatchObject({ value: h100Index, vintage: "provisional", digest: null });
    expect(row!.low).toBeLessThanOrEqual(h100Index);
    expect(row!.high).toBeGreaterThanOrEqual(h100Index);
  });

  it("gives the receipts with the digest that was published", async () => {
    const { data } = await client.get<Receipts>(`/v1/index/h100-sxm/receipts?at=${iso(present)}`);
    expect(data.published).toMatchObject([{ vintage: "provisional", value: h100Index, digest: data.digest }]);
    expect(data.receipts.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(data.receipts).toContainEqual({
      ...{ provider: "beta", usd_per_gpu_hour: 2.05, listings: 1, gpus: 4, free_gpus: 4, package_gpus: 1 },
      ...{ parts: 1, deviation: null, weight: expect.closeTo(0.25 / 4, 12), status: "ok" },
    });
    expect(data.receipts).toContainEqual({
      ...{ provider: "beta", usd_per_gpu_hour: 2.6, listings: 1, gpus: 8, free_gpus: null, package_gpus: 8 },
      ...{ parts: 1, deviation: null, weight: expect.closeTo(0.25 / 4, 12), status: "ok" },
    });
    expect(data.leverage.map(({ provider }) => provider).sort()).toEqual([
      "alpha",
      "bazaar",
      "beta",
      "gamma",
    ]);
    const votes = await client.get<Receipts>(`/v1/index/h100-sxm/receipts?at=${iso(present)}&method=votes`);
    expect(votes.data.receipts.map(({ provider }) => provider)).toEqual(["alpha", "bazaar", "beta", "gamma"]);
    expect(votes.data.published[0]!.digest).toBe(votes.data.digest);
  });

  it("serves receipts that anybody can hash and turn into the value again", async () => {
    const { data } = await client.get<Receipts>(`/v1/index/h100-sxm/receipts?at=${iso(present)}`);
    const texts = data.receipts.map((receipt) =>
      JSON.stringify(Object.fromEntries(Object.entries(receipt).sort(([a], [b]) => (a < b ? -1 : 1)))),
    );
    const text = `[${texts.sort().join(",")}]`;
    expect(createHash("sha256").update(text).digest("hex")).toBe(data.digest);
  });

  it("says what votes would be without each provider, by their own rule", async () => {
    const { data } = await client.get<Receipts>(
      `/v1/index/h100-sxm/receipts?at=${iso(present)}&method=votes`,
    );
    expect(data.leverage.map(({ provider }) => provider).sort()).toEqual([
      ...["alpha", "bazaar", "beta", "gamma"],
    ]);
    for (const { provider, without, change } of data.leverage) {
      const rest = data.receipts.filter((receipt) => receipt.provider !== provider);
      const quotes = rest.map(({ usd_per_gpu_hour: usdPerGpuHour, ...quote }) => ({
        ...{ provider: quote.provider, deviation: quote.deviation ?? 0 },
        // alpha 32, beta 12, bazaar 16; gamma tells none.
        weight: quote.free_gpus ?? { alpha: 14, beta: 24, bazaar: 22, gamma: 0 }[provider]!,
        usdPerGpuHour,
      }));
      expect(without).toBeCloseTo(voteIndex(quotes).value!, 12);
      expect(change).toBeCloseTo(without! / data.value! - 1, 12);
    }
  });

  it("shows what was published at an instant and by the hour", async () => {
    const path = "/v1/index?gpu=h100-sxm&vintage=provisional";
    const { data } = await client.get<Row[]>(`${path}&at=${iso(present)}`);
    expect(data).toMatchObject([{ at: iso(present), value: h100Index, vintage: "provisional" }]);
    expect((await client.get<Row[]>(path)).data).toEqual(data);
    expect((await client.get<Row[]>(`${path}&at=${iso(present - hour)}`)).data).toEqual([]);
  });

  it("leaves no hour out, says why there is no value, and makes a day-old value final", async () => {
    await publish(present + 26 * hour);
    const all = await words("provisional");
    expect(all.map(({ at }) => at)).toEqual(Array.from({ length: 27 }, (_, i) => present + i * hour));
    expect(all.filter(({ value }) => value === null).every(({ reason }) => reason !== null)).toBe(true);
    expect(all.at(-1)).toMatchObject({ value: null, reason: "too_few_providers" });
    expect((await words("final")).map(({ at }) => at)).toEqual([present, present + hour, present + 2 * hour]);
    const rows = await client.get<Row[]>(
      `/v1/index?gpu=h100-sxm&vintage=final&from=${iso(present - hour)}&interval=1h`,
    );
    expect(rows.data).toHaveLength(3);
    expect(rows.data[0]).toMatchObject({
      ...{ at: iso(present), value: h100Index, vintage: "final" },
      ...{ hhi: 0.25, top_provider_share: 0.25 },
    });
  });

  it("revises what was final when the past turns out otherwise, and keeps what was published", async () => {
    market.setNow(present + 27 * hour);
    const cheaper = [2, 2.1, 2.2, 2.3].map((usd, i) =>
      offerOf("alpha", `a${i}`, usd * 0.8, { gpu: "h100-sxm", gpuRaw: "H100 SXM" }),
    );
    await market.pull("alpha", present - minute, cheaper, {
      recordedAt: present + 27 * hour,
      origin: "replay",
    });
    const before = await words("final");
    expect((await publish(present + 27 * hour)).revised).toBeGreaterThan(0);
    const [revised] = await words("revised");
    expect(revised!.at).toBe(present);
    expect(revised!.value).toBeLessThan(h100Index);
    expect((await words("final")).slice(0, before.length)).toEqual(before);
    expect((await publish(present + 27 * hour + minute)).revised).toBe(0);
    // What was known then is still what it was.
    const then = await client.get<Row[]>(
      `/v1/index?gpu=h100-sxm&at=${iso(present)}&as_of=${iso(present + hour)}`,
    );
    expect(then.data[0]!.value).toBe(h100Index);
  });

  it("computes every value again from its receipts, and notices a forged one", async () => {
    const { data } = await client.get<{ checked: number; matched: number; values: unknown[] }>(
      "/v1/index/verification",
    );
    expect(data.checked).toBeGreaterThan(100);
    expect(data).toMatchObject({ matched: data.checked, values: [] });
    const { writer } = market.tape.database;
    const forge = (column: string, by: string) =>
      writer.run(
        `update index_values set ${column} = ${by} where gpu = 'h100-sxm' and method = 'votes' and vintage = 'final' and value is not null`,
      );
    await forge("value", "value + 0.01");
    const verdicts = await verify({ gpu: "h100-sxm", vintage: "final" });
    const forged = verdicts.filter(({ verdict }) => verdict === "MISMATCH");
    expect(forged.length).toBeGreaterThan(0);
    expect(forged.every(({ why, method }) => why === "value_differs" && method === "votes")).toBe(true);
    await forge("digest", "'0'");
    const lost = await verify({ gpu: "h100-sxm", vintage: "final", method: "votes" });
    expect(lost.filter(({ why }) => why === "receipts_missing").length).toBe(forged.length);
  });

  it("settles a period at its average where enough of it is there", async () => {
    const path = (from: number, to: number) =>
      `/v1/index/h100-sxm/settlement?method=weighted_median&from=${iso(from)}&to=${iso(to)}&as_of=${iso(present)}`;
    market.setNow(present + day);
    const whole = await client.get<{ rate: number; status: string; coverage: number }>(
      path(present - 3 * hour, present + hour),
    );
    expect(whole.data).toMatchObject({ status: "settles", coverage: 1 });
    const running = await client.get<{ rate: null; reason: string; filled: number }>(
      path(present - 3 * hour, present + 2 * day),
    );
    expect(running.data).toMatchObject({ rate: null, status: null, reason: "not_over", filled: 0 });
    const ahead = await client.get<{ reason: string }>(path(present + 2 * day, present + 3 * day));
    expect(ahead.data.reason).toBe("not_begun");
    const thin = await client.get<{ rate: null; reason: string }>(path(present - 5 * day, present));
    expect(thin.data).toMatchObject({ rate: null, status: null, reason: "low_coverage" });
  });

  it.each([
    ["settlement?from=2026-08-07T00:30:00Z&to=2026-08-07T02:00:00Z", "from"],
    ["settlement?from=2026-08-07&to=2026-08-06", "from"],
    ["settlement?from=2020-08-07&to=2026-08-06", "to"],
    ["receipts?method=hedonic", "method"],
  ])("refuses %j", async (path, field) => {
    const problem = await client.refused(400, `/v1/index/h100-sxm/${path}`);
    expect(problem.errors[0]!.field).toBe(field);
  });
});
