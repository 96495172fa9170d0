import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AwsSpotOptions, backfillAwsSpot } from "../../src/backfill/aws-spot.ts";
import { judge } from "../../src/collect/judge.ts";
import { day, hour, type Instant } from "../../src/domain/time.ts";
import { loadReference, type Reference } from "../../src/reference.ts";
import { awsOptInRegions, awsRegions } from "../../src/sources/aws-instances.ts";
import { awsSpot as awsSpotSource } from "../../src/sources/aws-spot.ts";
import { createHttp } from "../../src/sources/http.ts";
import { type Row, rows } from "../../src/store/database.ts";
import { openTape, type Tape } from "../../src/store/tape.ts";
import { type SpotApi, type SpotEvent, spotApi } from "../helpers/spot-api.ts";
import { aPull } from "../helpers/tape.ts";

const now = Date.UTC(2026, 3, 20, 12, 34, 56);
const at = (text: string): Instant => Date.parse(text);
const event = (time: string, usd: string, type = "p5.48xlarge", zone = "use1-az4"): SpotEvent => ({
  ...{ region: "us-east-1", zone, type, usd },
  at: `2026-${time}.000Z`,
});

const story: readonly SpotEvent[] = [
  event("01-05T01:02:03", "24.0"),
  event("04-01T10:20:30", "20.0"),
  event("04-01T10:20:31", "22.0"),
  event("04-10T00:00:00", "18.4"),
  event("04-18T23:59:59", "16.0"),
  event("04-12T08:00:00", "1.0", "g6.12xlarge", "use1-az6"),
  { ...event("04-15T07:00:00", "0.9", "g6.12xlarge", "euw1-az1"), region: "eu-west-1" },
];

let reference: Reference;
let api: SpotApi;
let tape: Tape;
beforeEach(async () => {
  reference = await loadReference();
  api = await spotApi();
  api.events.push(...story);
  for (const region of awsOptInRegions) api.failing.set(region, 401);
  tape = await emptyTape();
});
afterEach(async () => {
  await tape.close();
  await api.close();
});

const describeSource = (id: string) =>
  id === awsSpotSource.id ? { kind: awsSpotSource.kind, everyMinutes: 60 } : null;
const emptyTape = () =>
  openTape(":memory:", {
    clock: () => now,
    describe: describeSource as Parameters<typeof openTape>[1]["describe"],
    memoryLimit: "400MB",
  });

const keys = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
const run = (
  options: Partial<AwsSpotOptions> = {},
  { into = tape, time = now, stop = new AbortController(), onStep = (_done: number) => {} } = {},
) =>
  backfillAwsSpot(
    { days: 30, ...options },
    {
      database: into.database,
      catalog: into.catalog,
      reference,
      now: time,
      progress: onStep,
      signal: stop.signal,
      http: createHttp({ version: "0", clock: () => time, random: () => 0, sleep: async () => undefined }),
      clock: () => time,
      baseUrl: api.url,
      keys,
    },
  );

const query = (sql: string, of = tape): Promise<Row[]> => rows(of.database.reader, sql);
const ticks = (of = tape) =>
  query(
    `select zone, observed_at::varchar as at, recorded_at = observed_at as then, price_raw as raw, ticks.state::varchar as state
     from ticks join listings using (listing_no) order by zone, observed_at`,
    of,
  );
const live = async (time: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await tape.bookAt({ at: at(time) })).offers
      .map((offer) => [offer.zone, offer.usdPerGpuHour] as const)
      .sort(),
  );

describe("the spot prices that AWS keeps", () => {
  it("become ticks at the times that AWS gives them", async () => {
    const result = await run();
    expect(result).toMatchObject({
      ...{
        source: "aws-spot",
        regions: awsRegions.length - awsOptInRegions.length,
        pulls: 30 * 24,
        ticks: 7,
      },
      ...{ rejects: 0, interrupted: false, first: "2026-03-21T12:00:00Z", last: "2026-04-20T12:00:00Z" },
    });
    expect(result.refused).toEqual([...awsOptInRegions].sort());
    expect(
      (await ticks()).map(({ zone, at: time, then, raw, state }) => [zone, time, then, raw, state]),
    ).toEqual([
      ["euw1-az1", "2026-04-15 07:00:00", true, 0.9, "live"],
      ["use1-az4", "2026-01-05 01:02:03", true, 24, "live"],
      ["use1-az4", "2026-04-01 10:20:30", true, 20, "live"],
      ["use1-az4", "2026-04-01 10:20:31", true, 22, "live"],
      ["use1-az4", "2026-04-10 00:00:00", true, 18.4, "live"],
      ["use1-az4", "2026-04-18 23:59:59", true, 16, "live"],
      ["use1-az6", "2026-04-12 08:00:00", true, 1, "live"],
    ]);
    expect(await live("2026-04-01T10:20:30Z")).toEqual({ "use1-az4": 2.5 });
    expect(await live("2026-04-13T00:00:00Z")).toEqual({ "use1-az4": 2.3, "use1-az6": 0.25 });
  });

  it("are as old as the hour in which they were confirmed", async () => {
    await run();
    const { offers } = await tape.bookAt({ at: at("2026-04-13T05:30:00Z") });
    const [offer] = offers;
    expect(offer).toMatchObject({ source: "aws-spot", provider: "aws", purchase: "spot" });
    const pulls = await query(
      `select status::varchar as status, origin::varchar as origin, offers, blind_scopes, ticks from pulls
       where observed_at = '2026-04-01 11:00:00'`,
    );
    expect(pulls).toMatchObject([{ status: "partial", origin: "backfill", offers: 2, ticks: 2 }]);
    expect(await query("select max(observed_at)::varchar as at from pulls")).toEqual([
      { at: "2026-04-20 12:00:00" },
    ]);
  });

  it("are asked once: the next run brings what came since", async () => {
    await run();
    const before = await ticks();
    const requests = api.asked.length;
    expect(await run()).toMatchObject({ requests: 0, pulls: 0, ticks: 0, first: null });
    expect(api.asked).toHaveLength(requests);
    api.events.push(event("04-20T13:10:00", "15.2"));
    const later = await run({}, { time: now + 2 * hour });
    expect(later).toMatchObject({
      pulls: 2,
      ticks: 1,
      first: "2026-04-20T12:00:00Z",
      last: "2026-04-20T14:00:00Z",
    });
    expect(await ticks()).toHaveLength(before.length + 1);
    expect(await query("select count(*)::integer as n from ticks where recorded_at <> observed_at")).toEqual([
      { n: 0 },
    ]);
  });

  it("reach back further when more days are asked for, recorded as learnt now", async () => {
    await run({ days: 5 });
    expect((await ticks()).map(({ at: time }) => time)).toEqual([
      ...["2026-04-15 07:00:00", "2026-04-10 00:00:00", "2026-04-18 23:59:59", "2026-04-12 08:00:00"],
    ]);
    expect(await run({ days: 90 })).toMatchObject({ ticks: 3, pulls: 85 * 24 });
    const earlier = (await ticks()).filter(({ then }) => !then);
    expect(earlier.map(({ raw }) => raw)).toEqual([24, 20, 22]);
    const whole = await emptyTape();
    await run({ days: 90 }, { into: whole });
    const plain = (found: Row[]) => found.map(({ then: _then, ...rest }) => rest);
    expect(plain(await ticks())).toEqual(plain(await ticks(whole)));
    await whole.close();
  });

  it("can be asked region by region", async () => {
    expect(await run({ regions: ["eu-west-1"] })).toMatchObject({ regions: 1, ticks: 1, pulls: 720 });
    expect(await run({ regions: ["us-east-1", "eu-west-1"] })).toMatchObject({
      regions: 2,
      ticks: 6,
      pulls: 720,
    });
    expect(await run({ regions: ["us-east-1"] })).toMatchObject({ pulls: 0, requests: 0 });
    expect(new Set(api.asked.map(({ region }) => region))).toEqual(new Set(["eu-west-1", "us-east-1"]));
  });

  it("are continued by the live source without a tick", async () => {
    await run();
    const live = createHttp({ version: "0", clock: () => now, random: () => 0 });
    const signal = new AbortController().signal;
    const payloads = await awsSpotSource.fetch({
      ...{ http: live, clock: () => now, baseUrl: api.url, keys, signal },
      readData: async () => "",
    });
    const { offers, completeness } = awsSpotSource.parse(payloads, now);
    const judged = offers.flatMap((draft) => {
      const result = judge(draft, { source: awsSpotSource.id, ...reference, rates: [], observedAt: now });
      return "offer" in result ? [result.offer] : [];
    });
    expect(judged).toHaveLength(3);
    const { blindScopes, note } = completeness;
    const pull = aPull({
      source: awsSpotSource.id,
      observedAt: now,
      status: completeness.state,
      blindScopes,
      note,
    } as never);
    expect(await tape.write(pull, judged)).toMatchObject({ ticks: 0 });
    expect(await query("select count(*)::integer as n from listings")).toEqual([{ n: 3 }]);
    expect(
      await tape.write({ ...pull, observedAt: now + hour, recordedAt: now + hour }, judged.slice(1)),
    ).toMatchObject({ ticks: 1 });
  });

  it("stand between live pulls, whatever these could not see", async () => {
    await run();
    const whole = await ticks();
    const mixed = await emptyTape();
    const offer = (await tape.bookAt({ at: at("2026-04-17T00:00:00Z") })).offers.find(
      ({ zone }) => zone === "use1-az4",
    );
    const pull = { source: awsSpotSource.id, observedAt: at("2026-04-17T12:34:56Z") };
    await mixed.write(aPull(pull), [offer!]);
    const blind = {
      ...pull,
      observedAt: at("2026-04-17T13:34:56Z"),
      status: "partial",
      blindScopes: "*",
    } as const;
    await mixed.write(aPull(blind), []);
    await run({}, { into: mixed });
    const all = await ticks(mixed);
    const plain = (found: Row[]) => found.map(({ zone, at: time, raw, state }) => [zone, time, raw, state]);
    expect(plain(all)).toEqual(
      expect.arrayContaining([...plain(whole), ["use1-az4", "2026-04-17 13:34:56", null, "unknown"]]),
    );
    expect(all).toHaveLength(whole.length + 2);
    await mixed.close();
  });
});

describe("what goes wrong", () => {
  it("keeps the weeks before it, whole", async () => {
    const fail = (_done: number): void => {
      if (api.asked.some(({ start }) => at(start) >= now - 20 * day)) api.failing.set("us-west-2", 503);
    };
    await expect(run({}, { onStep: fail })).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringContaining("us-west-2-1"),
    });
    const [kept] = await query("select count(*)::integer as n, max(observed_at)::varchar as last from pulls");
    expect(kept).toEqual({ n: 2 * 168, last: "2026-04-04 12:00:00" });
    expect((await ticks()).map(({ raw }) => raw)).toEqual([24, 20, 22]);
    api.failing.delete("us-west-2");
    expect(await run()).toMatchObject({ pulls: 30 * 24 - 2 * 168, ticks: 4 });
  });

  it("is a key that no region takes", async () => {
    for (const region of awsRegions) api.failing.set(region, 403);
    await expect(run()).rejects.toMatchObject({
      message: expect.stringMatching(/^AWS refuses the key in every region/),
    });
    expect(await query("select count(*)::integer as n from pulls")).toEqual([{ n: 0 }]);
  });

  it("is being stopped, between two weeks", async () => {
    const stop = new AbortController();
    const onStep = (done: number): void => (done > awsRegions.length + 3 ? stop.abort() : undefined);
    expect(await run({}, { stop, onStep })).toMatchObject({
      interrupted: true,
      pulls: 168,
      last: "2026-03-28T12:00:00Z",
    });
  });

  it.each([
    [{ days: 91 }, /^--days: "91" is not a whole number from 1 to 90/],
    [{ days: 0 }, /^--days: /],
    [{ days: Number.NaN }, /^--days: /],
    [
      { regions: ["us-east-1", "mars-1"] },
      /^--regions: there is no region "mars-1"; the regions are us-east-1, /,
    ],
  ])("is asked for with %j", async (options, message) => {
    await expect(run(options)).rejects.toThrow(message);
  });

  it("is a row that is none", async () => {
    api.events.push(event("04-16T00:00:00", "free"), event("04-16T00:00:01", "3.0", "p9.48xlarge"));
    api.events.push({ ...event("04-16T00:00:00", "3.0"), at: "2026-04-16T00:00:02 o'clock" });
    expect(await run()).toMatchObject({ ticks: 7 });
    expect(await query("select reason from rejects order by 1")).toEqual([
      ...[{ reason: "bad_price" }, { reason: "bad_time" }, { reason: "unknown_instance_type" }],
    ]);
  });
});
