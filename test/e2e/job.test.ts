import { afterAll, beforeAll, expect, test } from "vitest";
import { get, type OfferRow, offersOf, post, type SourceRow, sourcesOf } from "../helpers/client.ts";
import { type MovingClock, movingClock } from "../helpers/clock.ts";
import { type Program, startProgram, type Workspace, workspace } from "../helpers/program.ts";
import { missingBodies, sqlRows, tapeFaults } from "../helpers/tape-sql.ts";
import { until } from "../helpers/until.ts";
import { startUpstream, type Upstream } from "../helpers/upstream.ts";
import { venueIds } from "../helpers/venues.ts";

/** The whole program against stand-ins of all its venues, in good health and then with most of them broken. */

const all = [...venueIds, "list-prices"];
const hours = 3_600_000;
const faulty = {
  azure: ["status", /answered 500 three times/],
  oci: ["hang", /timed out after 0.6 s|took longer than 2 s in all/],
  vultr: ["truncate", /broke off/],
  akash: ["garbage", /not the shape that was expected: it is not JSON/],
  runpod: ["noise", /not the shape that was expected: it is not JSON/],
  verda: ["empty", /there was nothing in the answer/],
} as const;
const good = ["lium", "vast", "ecb"];

let space: Workspace;
let clock: MovingClock;
let upstream: Upstream;
let program: Program;

const whenAll = (what: string, holds: (rows: Record<string, SourceRow>) => boolean) =>
  until(what, async () => {
    const rows = await sourcesOf(program.url);
    return holds(rows) && rows;
  });

beforeAll(async () => {
  space = workspace();
  clock = movingClock(space.folder);
  upstream = await startUpstream({ clock: clock.now });
  program = await startProgram([], {
    ...upstream.env,
    ...clock.env,
    GPUTAPE_DB: space.db,
    GPUTAPE_ENABLE: "vast,runpod",
    VERDA_CLIENT_ID: "somebody",
    VERDA_CLIENT_SECRET: "something-secret",
  });
});

afterAll(async () => {
  await program?.stop();
  await upstream?.close();
  space?.remove();
});

test("an empty tape is not ready before its first book, and names what it waits for", async () => {
  expect(await get(`${program.url}/readyz`)).toMatchObject({ status: 503 });
  expect(program.output()).toContain(`collecting ${[...all].sort().join(", ")}`);
});

test("every source is collected", async () => {
  clock.forward(60_000);
  const rows = await whenAll("every source was pulled", (found) =>
    all.every((id) => found[id]!.last_pull_at !== null),
  );
  for (const id of all) expect(rows[id], id).toMatchObject({ enabled: true, breaker_open: false });
  for (const id of venueIds) {
    expect(rows[id]!.status, id).toBe("ok");
    expect(rows[id]!.rejected, `${id} has odd rows in its fixture`).toBeGreaterThan(0);
  }
  const expected = { akash: 2, azure: 11, lium: 5, oci: 5, runpod: 6, verda: 8, vultr: 8 };
  for (const [id, live] of Object.entries(expected)) expect(rows[id]!.live, id).toBe(live);
  expect(rows.ecb).toMatchObject({ live: 0, completeness: "complete" });
  expect(rows.vast!.live).toBeGreaterThan(100);
  const asked = new Set(upstream.requests.map(({ source }) => source));
  expect([...asked].sort()).toEqual([...venueIds].sort());
  expect(upstream.requests.filter(({ source }) => source === "vast")).toHaveLength(34);
  expect(upstream.requests.filter(({ source }) => source === "vultr").length).toBeGreaterThan(3);
});

test("book, index, supply, quote, route, page and metrics answer", async () => {
  expect(await get(`${program.url}/readyz`)).toMatchObject({ status: 200 });
  const offers = await offersOf(program.url);
  expect(offers.length).toBeGreaterThan(300);
  const prices = offers.map(({ usd_per_gpu_hour: usd }) => usd);
  expect(prices).toEqual([...prices].sort((a, b) => a - b));

  const index = await get<{ value: number | null; reason: string | null }[]>(
    `${program.url}/v1/index?gpu=h100-sxm`,
  );
  expect(index.data).toHaveLength(1);
  expect(index.data[0]!.value === null).toBe(index.data[0]!.reason !== null);

  const supply = await get<{ steps: unknown[]; walk: { vwap: number } }>(
    `${program.url}/v1/curves/supply?gpu=rtx-4090&gpus=4`,
  );
  expect(supply.data.steps.length).toBeGreaterThan(50);
  expect(supply.data.walk.vwap).toBeGreaterThan(0);

  const wanted = { gpu: "h100-sxm", gpus: 8, hours: 24 };
  const quote = await post<{ quote_id: string; legs: unknown[] }>(`${program.url}/v1/quotes`, wanted);
  expect(quote.data.legs.length).toBeGreaterThan(0);
  const kept = await get<{ answer: unknown }>(`${program.url}/v1/quotes/${quote.data.quote_id}`);
  expect(kept.data.answer).toMatchObject({ legs: quote.data.legs });
  const route = await post<{ plans: unknown[] }>(`${program.url}/v1/routes`, { ...wanted, k: 2 });
  expect(route.data.plans).toHaveLength(2);

  expect((await get(`${program.url}/`)).text).toMatch(/<title>[^<]*gputape/i);
  expect((await get(`${program.url}/docs`)).status).toBe(200);
  const metrics = (await get(`${program.url}/metrics`)).text;
  expect(metrics).toMatch(/gputape_pulls_total\{source="lium",status="complete"\} 1/);
  expect(metrics).toContain(`gputape_book_offers ${offers.length}`);
});

test("broken venues are named in words while the others go on", async () => {
  const before = await offersOf(program.url, "source=lium");
  const pulledBefore = await sourcesOf(program.url);
  for (const [id, [behaviour]] of Object.entries(faulty)) upstream.behave(id, behaviour);
  upstream.reprice(1.1);
  clock.forward(13 * hours);
  const rows = await whenAll("every venue was pulled again", (found) =>
    venueIds.every((id) => found[id]!.last_pull_at !== pulledBefore[id]!.last_pull_at),
  );
  for (const [id, [, words]] of Object.entries(faulty)) {
    expect(rows[id], id).toMatchObject({ status: "failing", last_ok_at: pulledBefore[id]!.last_ok_at });
    expect(rows[id]!.error, id).toMatch(words);
    expect(rows[id]!.error, id).not.toMatch(/\bat .*\.js|something-secret/);
    expect(rows[id]!.live, `${id} keeps what it last saw`).toBe(pulledBefore[id]!.live);
  }
  for (const id of good) expect(rows[id]!.status, id).toBe("ok");

  const after = new Map(
    (await offersOf(program.url, "source=lium")).map((offer) => [offer.listing_id, offer]),
  );
  for (const { listing_id: id, usd_per_gpu_hour: usd } of before)
    expect(after.get(id)!.usd_per_gpu_hour).toBeCloseTo(usd * 1.1, 5);

  const ready = await get(`${program.url}/readyz`);
  expect(ready.status).toBe(200);
  const failed = Object.keys(faulty).filter((id) => id !== "verda");
  expect(JSON.parse(ready.text)).toMatchObject({ ready: true });
  expect(JSON.parse(ready.text).sources_failing.sort()).toEqual(failed.sort());
});

test("answers tell which of their sources fail and how old their rows are", async () => {
  const { data, meta } = await get<OfferRow[]>(`${program.url}/v1/offers?limit=10000`);
  const status = Object.fromEntries(meta.sources.map((each) => [each.source, each.status]));
  for (const id of Object.keys(faulty)) expect(status[id], id).toBe("failing");
  expect(status).toMatchObject({ lium: "ok", vast: "ok" });
  for (const offer of data.filter(({ source }) => source in faulty)) {
    expect(offer.age_s).toBeGreaterThan(12.9 * 3600);
    expect(offer.executable).toBe(false);
  }
  const quote = await post<{ legs: { source: string }[] }>(`${program.url}/v1/quotes`, {
    gpu: "rtx-4090",
    gpus: 4,
    hours: 1,
    executable_only: true,
  });
  expect(new Set(quote.data.legs.map(({ source }) => source))).toEqual(new Set(["vast"]));
});

test("every pull, the failed ones too, has its row, and what came is archived", async () => {
  const { code, stderr } = await program.stop();
  expect(code).toBe(0);
  expect(stderr.split("\n").filter((line) => line !== "" && !line.startsWith("{"))).toEqual([]);
  const rows = await sqlRows(
    space,
    "select source, status, offers, ticks, note, json_array_length(payloads)::integer as bodies from pulls order by pull_no",
  );
  const of = (id: string) => rows.filter(({ source }) => source === id);
  for (const id of venueIds) expect(of(id).length, id).toBe(2);
  expect(of("list-prices")).toHaveLength(1);
  for (const id of ["azure", "oci", "vultr"])
    expect(of(id)[1], id).toMatchObject({ status: "failed", offers: 0, ticks: 0, bodies: 0 });
  for (const id of ["akash", "runpod"])
    expect(of(id)[1], id).toMatchObject({ status: "failed", ticks: 0, bodies: 1 });
  expect(of("verda")[1]).toMatchObject({ status: "empty", ticks: 0 });
  expect(of("lium")[1]).toMatchObject({ ticks: 5 });
  expect(await missingBodies(space)).toEqual([]);
  expect(await tapeFaults(space)).toEqual({});
});
