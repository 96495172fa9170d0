import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pullRecord } from "../../src/collect/collector.ts";
import { runSource } from "../../src/collect/run-source.ts";
import { formatInstant } from "../../src/domain/time.ts";
import { loadReference, readData } from "../../src/reference.ts";
import { createHttp } from "../../src/sources/http.ts";
import { oci } from "../../src/sources/oci.ts";
import type { Source } from "../../src/sources/source.ts";
import { openTape } from "../../src/store/tape.ts";
import type { OfferRow } from "../helpers/client.ts";
import { type MovingClock, movingClock } from "../helpers/clock.ts";
import { runCli, type Workspace, workspace } from "../helpers/program.ts";
import { sqlRows, tapeFaults } from "../helpers/tape-sql.ts";
import { startUpstream, type Upstream } from "../helpers/upstream.ts";

/** What the tape says of an instant, before and after it learnt better. */

const hour = 3_600_000;
let space: Workspace;
let clock: MovingClock;
let upstream: Upstream;

beforeAll(async () => {
  space = workspace();
  clock = movingClock(space.folder);
  upstream = await startUpstream({ clock: clock.now });
});

afterAll(async () => {
  await upstream?.close();
  space?.remove();
});

/** Runs a command an hour after the last one and reads what it printed as JSON. */
const data = async <T>(...args: string[]): Promise<T> => {
  const env = { ...upstream.env, ...clock.env, GPUTAPE_DB: space.db };
  const { code, stdout, stderr } = await runCli([...args, "--json"], env);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return (JSON.parse(stdout) as { data: T }).data;
};

/** An instant after all that was done, an hour before what will be. */
const mark = (): string => {
  clock.forward(1000);
  const at = formatInstant(clock.now());
  clock.forward(hour);
  return at;
};

/** Sum of the prices of a provider's offers: it moves when any of them does. */
const level = async (provider: string, at?: string, asOf?: string): Promise<number> => {
  const tape = await openTape(space.db, { clock: clock.now, describe: () => null, readOnly: true });
  const times = {
    ...(at === undefined ? {} : { at: Date.parse(at) }),
    ...(asOf === undefined ? {} : { asOf: Date.parse(asOf) }),
  };
  const { offers } = await tape.bookAt(times);
  await tape.close();
  return sumOf(offers.filter((offer) => offer.provider === provider).map((offer) => offer.usdPerGpuHour));
};

const sumOf = (prices: readonly number[]): number => prices.reduce((sum, usd) => sum + usd, 0);

describe("collecting", () => {
  test("keeps what was asked at each time while prices move", async () => {
    const seen: { at: string; factor: number }[] = [];
    for (const factor of [1, 1.2, 0.9]) {
      upstream.reprice(factor, "lium");
      const [pull] = await data<Record<string, unknown>[]>("collect", "lium");
      expect(pull).toMatchObject({ status: "complete", offers: 5 });
      seen.push({ at: mark(), factor });
    }
    const first = await level("lium", seen[0]!.at);
    for (const { at, factor } of seen) {
      expect(await level("lium", at)).toBeCloseTo(first * factor, 4);
      expect(await level("lium", seen.at(-1)!.at, at), "nobody looks ahead").toBeCloseTo(first * factor, 4);
    }
    const told = await data<OfferRow[]>(
      "offers",
      "--provider",
      "lium",
      "--at",
      seen[1]!.at,
      "--as-of",
      seen[1]!.at,
    );
    expect(sumOf(told.map((offer) => offer.usd_per_gpu_hour))).toBeCloseTo(first * 1.2, 4);
    const rows = await sqlRows(space, "select ticks from pulls where source = 'lium' order by pull_no");
    expect(rows.map(({ ticks }) => ticks)).toEqual([5, 5, 5]);
  });

  test("again without a change writes no tick", async () => {
    await data("collect", "lium");
    const rows = await sqlRows(
      space,
      "select ticks from pulls where source = 'lium' order by pull_no desc limit 1",
    );
    expect(rows).toEqual([{ ticks: 0 }]);
  });
});

/** A parser that took cents for dollars. */
const olderOci: Source = {
  ...oci,
  parserVersion: 0,
  parse: (payloads, at) => {
    const parsed = oci.parse(payloads, at);
    const offers = parsed.offers.map((offer) => ({
      ...offer,
      pricePerGpuHour: offer.pricePerGpuHour / 100,
    }));
    return { ...parsed, offers };
  },
};

const collectAs = async (source: Source): Promise<void> => {
  const tape = await openTape(space.db, { clock: clock.now, describe: () => null });
  const http = createHttp({ version: "0", clock: clock.now, random: () => 0 });
  const signal = new AbortController().signal;
  const fetch = { http, clock: clock.now, baseUrl: upstream.urls.oci!, keys: {}, signal, readData };
  const tools = { clock: clock.now, archive: space.archive, reference: await loadReference(), rates: [] };
  const run = await runSource(source, fetch, tools);
  await tape.write(pullRecord(run, source, clock.now()), run.offers, run);
  await tape.close();
};

describe("a replay through a newer parser", () => {
  const marks: string[] = [];
  let right = 0;

  test("corrects what the older one wrote", async () => {
    await data("collect", "oci");
    right = await level("oci");
    marks.push(mark());
    await collectAs(olderOci);
    marks.push(mark());
    await collectAs(olderOci);
    marks.push(mark());
    const wrong = await Promise.all(marks.map((at) => level("oci", at)));
    expect(wrong[0]).toBeCloseTo(right, 6);
    expect(wrong[1]).toBeCloseTo(right / 100, 6);
    expect(wrong[2]).toBeCloseTo(right / 100, 6);

    const [replayed] = await data<Record<string, unknown>[]>("collect", "oci", "--replay");
    expect(replayed).toMatchObject({ source: "oci", pulls: 3, failed: 0 });
    for (const at of marks) expect(await level("oci", at)).toBeCloseTo(right, 6);
    expect(await level("oci")).toBeCloseTo(right, 6);
  });

  test("leaves what was known before as it was", async () => {
    const before = marks.at(-1)!;
    expect(await level("oci", marks[0], before)).toBeCloseTo(right, 6);
    expect(await level("oci", marks[1], before)).toBeCloseTo(right / 100, 6);
    expect(await level("oci", marks[2], before)).toBeCloseTo(right / 100, 6);
    expect(await level("oci", marks[1], marks[0]), "known then").toBeCloseTo(right, 6);
  });

  test("done twice adds nothing", async () => {
    const count = "select count(*)::integer as n from ticks";
    const ticks = await sqlRows(space, count);
    const [replayed] = await data<Record<string, unknown>[]>("collect", "oci", "--replay");
    expect(replayed).toMatchObject({ pulls: 3, ticks: 0 });
    expect(await sqlRows(space, count)).toEqual(ticks);
  });

  test("counts as no new look at the market", async () => {
    const { sources } = await data<{ sources: { source: string; last_pull_at: string }[] }>("providers");
    const { last_pull_at: last } = sources.find(({ source }) => source === "oci")!;
    expect(Date.parse(last)).toBeLessThan(Date.parse(marks[2]!));
  });
});

const csv = (rows: readonly (readonly [at: string, type: string, price: number])[]): string =>
  [
    "observed_at,provider,instance_type,gpu_name,gpu_count,region,price_usd_hour",
    ...rows.map(([at, type, price]) => `${at},acme,${type},H100 SXM,8,us-1,${price}`),
    "",
  ].join("\n");

describe("an import with a correction", () => {
  const [first, second] = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"];
  const told = csv([
    [first, "big", 16],
    [first, "small", 24],
    [second, "big", 20],
    [second, "small", 24],
  ]);
  const corrected = csv([
    [first, "big", 32],
    [first, "small", 24],
    [second, "big", 20],
    [second, "small", 24],
  ]);
  let before = "";

  test("changes what is known now", async () => {
    const file = space.file("acme.csv");
    writeFileSync(file, told);
    expect(await data("import", file)).toMatchObject({ rows: 4, ticks: 3, rejects: 0 });
    expect(await data("import", file), "twice adds nothing").toMatchObject({ rows: 4, ticks: 0 });
    expect(await level("acme", first)).toBeCloseTo(2 + 3);
    expect(await level("acme", second)).toBeCloseTo(2.5 + 3);
    before = mark();
    writeFileSync(file, corrected);
    expect(await data("import", file)).toMatchObject({ ticks: 1 });
    expect(await level("acme", first)).toBeCloseTo(4 + 3);
    expect(await level("acme", second)).toBeCloseTo(2.5 + 3);
  });

  test("and not what was known before", async () => {
    expect(await level("acme", first, before)).toBeCloseTo(2 + 3);
    expect(await level("acme", second, before)).toBeCloseTo(2.5 + 3);
    expect(await level("acme", second, first), "nothing of the second day").toBeCloseTo(2 + 3);
  });

  test("of one instant alone leaves the next as it was confirmed", async () => {
    const file = space.file("late.csv");
    writeFileSync(
      file,
      csv([
        [first, "small", 48],
        [first, "big", 32],
      ]),
    );
    expect(await data("import", file)).toMatchObject({ rows: 2, ticks: 2 });
    expect(await level("acme", first)).toBeCloseTo(4 + 6);
    expect(await level("acme", second)).toBeCloseTo(2.5 + 3);
  });

  test("leaves a sound tape", async () => {
    expect(await tapeFaults(space)).toEqual({});
  });
});
