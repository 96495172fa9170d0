import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countByGpu, createCollector } from "../../src/collect/collector.ts";
import { replayArchive } from "../../src/collect/replay.ts";
import { failedRun, type SourceRun } from "../../src/collect/run-source.ts";
import { type SourceWorker, startSourceWorker } from "../../src/collect/worker-client.ts";
import { readConfig } from "../../src/config.ts";
import type { Offer } from "../../src/domain/offer.ts";
import { day } from "../../src/domain/time.ts";
import { silentLogger } from "../../src/log.ts";
import { loadReference } from "../../src/reference.ts";
import { sources } from "../../src/sources/index.ts";
import type { Source } from "../../src/sources/source.ts";
import { rows } from "../../src/store/database.ts";
import { openTape } from "../../src/store/tape.ts";
import { anOffer } from "../helpers/tape.ts";

let archive: string;
let worker: SourceWorker;
const { bands } = await loadReference();
beforeAll(() => {
  archive = mkdtempSync(join(tmpdir(), "gputape-collect-"));
  worker = startSourceWorker({ version: "0", archive, httpAttemptMs: 2000, httpTotalMs: 2000 });
});
afterAll(async () => {
  await worker.close();
  rmSync(archive, { recursive: true });
});

const byId = (id: string): Source => sources.find((source) => source.id === id)!;
const listPrices = byId("list-prices");
/** After every date of the list, and before those of a clock that is wrong. */
const now = Date.UTC(2100, 0, 1);

const job = (source: string, changes = {}) => ({
  source,
  baseUrl: byId(source)?.baseUrl ?? "",
  keys: {},
  rates: [],
  archive: null,
  timeoutMs: 20_000,
  ...changes,
});

describe("the thread of the sources", () => {
  it("fetches, parses and judges, and hands over every row in order", async () => {
    const run = await worker.run(job("list-prices"));
    expect(run).toMatchObject({ source: "list-prices", status: "complete", payloads: [] });
    expect(run.offers.length).toBeGreaterThan(100);
    expect(new Set(run.offers.map(({ source }) => source))).toEqual(new Set(["list-prices"]));
    expect((await worker.run(job("list-prices"))).offers).toEqual(run.offers);
  });

  it("runs several jobs at once without mixing them up", async () => {
    const runs = await Promise.all(
      [job("list-prices"), job("oci", { baseUrl: "nonsense" }), job("list-prices")].map(worker.run),
    );
    expect(runs.map(({ source, status }) => [source, status])).toEqual([
      ["list-prices", "complete"],
      ["oci", "failed"],
      ["list-prices", "complete"],
    ]);
    expect(runs[2]!.offers).toEqual(runs[0]!.offers);
  });

  it("turns a source that throws into a failed run in words, and lives on", async () => {
    const run = await worker.run(job("oci", { baseUrl: "http://example.org" }));
    expect(run).toMatchObject({ status: "failed", offers: [], blindScopes: "*" });
    expect(run.note).toBeTruthy();
    expect((await worker.run(job("list-prices"))).status).toBe("complete");
  });

  it("refuses a source that it does not have", async () => {
    await expect(worker.run(job("nobody"))).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringContaining("nobody"),
    });
  });

  it("gives up what is under way when it is closed, and starts again when asked", async () => {
    const own = startSourceWorker({ version: "0", archive, httpAttemptMs: 2000, httpTotalMs: 2000 });
    const under = own.run(job("list-prices"));
    const given = expect(under).rejects.toMatchObject({ code: "upstream_failed" });
    await own.close();
    await given;
    expect((await own.run(job("list-prices"))).status).toBe("complete");
    await own.close();
    await own.close();
  });
});

const openCollector = async (environment: Record<string, string> = {}) => {
  const config = readConfig({ GPUTAPE_DB: "tape.duckdb", GPUTAPE_ARCHIVE: archive, ...environment });
  const tape = await openTape(":memory:", { clock: () => now, describe: (id) => byId(id) ?? null });
  const pulls: string[] = [];
  const collector = await createCollector({
    tape,
    sources,
    config,
    worker,
    bands,
    clock: () => now,
    log: silentLogger(),
    onPull: (run) => pulls.push(`${run.source} ${run.status}`),
  });
  return { config, tape, collector, pulls };
};

describe("a collector", () => {
  it("pulls a source onto the tape, into the book and into the archive", async () => {
    const { tape, collector, pulls } = await openCollector();
    const { run, result } = await collector.pull(listPrices);
    expect(result).toMatchObject({ pullNo: 1, offers: run.offers.length, ticks: run.offers.length });
    expect(tape.book().offers).toHaveLength(run.offers.length);
    expect(tape.book().sources.get("list-prices")).toMatchObject({ kind: "list", completeness: "complete" });
    expect(pulls).toEqual(["list-prices complete"]);
    expect(readdirSync(archive, { recursive: true }).some((file) => String(file).endsWith(".gz"))).toBe(true);
    const [pull] = await rows(
      tape.database.reader,
      "select status::varchar as status, origin::varchar as origin, offers, payloads::varchar as payloads from pulls",
    );
    expect(pull).toMatchObject({ status: "complete", origin: "live", offers: run.offers.length });
    expect(JSON.parse(pull!.payloads as string)).toMatchObject([{ name: "list-prices", status: 200 }]);
    const again = await collector.pull(listPrices);
    expect(again.result).toMatchObject({ pullNo: 2, ticks: 0 });
    await tape.close();
  });

  it("records a failed pull and keeps the book", async () => {
    const { tape, collector } = await openCollector({ GPUTAPE_SOURCE_URL_OCI: "http://example.org" });
    await collector.pull(listPrices);
    const before = tape.book().offers.length;
    expect((await collector.pull(byId("oci"))).run.status).toBe("failed");
    expect(tape.book().offers).toHaveLength(before);
    const health = collector.health().find(({ source }) => source.id === "oci")!;
    expect(health.last).toMatchObject({ status: "failed", offers: 0, lastOkAt: null, lastGoodAt: null });
    expect(health.last!.note).toBeTruthy();
    await tape.close();
  });

  it("leaves no trace of a dry run", async () => {
    const { tape, collector, pulls } = await openCollector();
    const before = readdirSync(archive, { recursive: true }).length;
    const run = await collector.dryRun(listPrices);
    expect([run.status, run.payloads]).toEqual(["complete", []]);
    expect(countByGpu(run.offers)[0]![1]).toBeGreaterThan(1);
    expect([tape.book().offers.length, pulls, readdirSync(archive, { recursive: true }).length]).toEqual([
      0,
      [],
      before,
    ]);
    expect(await rows(tape.database.reader, "select * from pulls")).toEqual([]);
    await tape.close();
  });

  it("says of every source whether it is on, and when it comes next", async () => {
    const { tape, collector } = await openCollector({ GPUTAPE_DISABLE: "oci" });
    const health = new Map(collector.health().map((each) => [each.source.id, each]));
    expect([...health.keys()]).toEqual(sources.map(({ id }) => id));
    expect(health.get("oci")).toMatchObject({ enabled: false, nextAt: null, last: null, broken: false });
    const listed = health.get("list-prices")!;
    expect(listed).toMatchObject({ enabled: true, why: null });
    expect(listed.nextAt! - now).toBeLessThan(5000);
    await tape.close();
    const off = await openCollector({ GPUTAPE_COLLECT: "false" });
    expect(off.collector.health().every(({ nextAt }) => nextAt === null)).toBe(true);
    await off.tape.close();
  });

  it("remembers pulls of an earlier life", async () => {
    const { tape, config, collector } = await openCollector();
    await collector.pull(listPrices);
    const tools = { tape, sources, config, worker, bands, clock: () => now, log: silentLogger() };
    const next = (await createCollector(tools)).health().find(({ source }) => source.id === "list-prices")!;
    expect(next.last).toMatchObject({ pullNo: 1, status: "complete" });
    expect(next.nextAt).toBeGreaterThan(next.last!.startedAt);
    await tape.close();
  });
});

describe("a pull that shows far less than the last one", () => {
  const runOf = (offers: readonly Offer[], observedAt: number): SourceRun => ({
    ...failedRun(listPrices, observedAt, observedAt, [], null),
    status: "complete",
    blindScopes: [],
    note: null,
    offers,
  });
  const rowsOf = (n: number) =>
    Array.from({ length: n }, (_, i) =>
      anOffer({ source: "list-prices", offerId: `${i}`, usdPerGpuHour: 2 }),
    );

  it("leaves the rest unknown, and is believed when the next one says the same", async () => {
    const answers = [rowsOf(30), rowsOf(12), rowsOf(12), rowsOf(11)].map((offers, i) =>
      runOf(offers, now + i * day),
    );
    const staged: SourceWorker = { run: async () => answers.shift()!, close: async () => undefined };
    const tape = await openTape(":memory:", { clock: () => now, describe: () => listPrices });
    const config = readConfig({ GPUTAPE_DB: "tape.duckdb" });
    const tools = { tape, sources, config, worker: staged, bands, clock: () => now, log: silentLogger() };
    const collector = await createCollector(tools);
    const states = async () =>
      Object.fromEntries(
        (
          await rows(
            tape.database.reader,
            "select state::varchar as state, count(*)::integer as n from ticks where state <> 'live' group by state",
          )
        ).map(({ state, n }) => [state, n]),
      );
    expect((await collector.pull(listPrices)).run.status).toBe("complete");
    const thin = (await collector.pull(listPrices)).run;
    expect(thin).toMatchObject({
      status: "partial",
      note: expect.stringContaining("shows 12 where 30 were live"),
    });
    expect(tape.book().offers).toHaveLength(12);
    expect(await states()).toEqual({ unknown: 18 });
    expect((await collector.pull(listPrices)).run.status).toBe("complete");
    expect(await states()).toEqual({ unknown: 18, delisted: 18 });
    expect((await collector.pull(listPrices)).run.status).toBe("complete");
    await tape.close();
  });
});

describe("replayArchive", () => {
  it("says again what the parsers say of archived pulls, without a tick where nothing differs", async () => {
    const { tape, config, collector } = await openCollector();
    await collector.pull(listPrices);
    const before = tape.book().offers.map(({ listingId, usdPerGpuHour }) => [listingId, usdPerGpuHour]);
    const steps: number[] = [];
    const tools = { tape, config, worker, bands, clock: () => now + day };
    const results = await replayArchive(tools, [listPrices, byId("oci")], (done) => steps.push(done));
    expect(results).toEqual([
      { source: "list-prices", pulls: 1, ticks: 0, failed: 0 },
      { source: "oci", pulls: 0, ticks: 0, failed: 0 },
    ]);
    expect(steps).toEqual([1]);
    expect(tape.book().offers.map(({ listingId, usdPerGpuHour }) => [listingId, usdPerGpuHour])).toEqual(
      before,
    );
    await tape.close();
  });

  it("counts what the archive lacks as failed and writes nothing for it", async () => {
    const { tape, config, collector } = await openCollector();
    await collector.pull(listPrices);
    await tape.database.writer.run(
      "update pulls set payloads = replace(payloads::varchar, 'sha256\":\"', 'sha256\":\"0')",
    );
    const tools = { tape, config, worker, bands, clock: () => now + day };
    const [result] = await replayArchive(tools, [listPrices], () => undefined);
    expect(result).toEqual({ source: "list-prices", pulls: 1, ticks: 0, failed: 1 });
    expect(await rows(tape.database.reader, "select count(*)::integer as n from pulls")).toEqual([{ n: 1 }]);
    await tape.close();
  });
});
