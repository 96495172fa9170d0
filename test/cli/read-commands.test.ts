import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, askApp, type Question } from "../../src/cli/ask.ts";
import { readCommands } from "../../src/cli/reads/index.ts";
import { runRead } from "../../src/cli/run-read.ts";
import { announce, withdraw } from "../../src/cli/running.ts";
import { wrapText } from "../../src/cli/wrap.ts";
import { type Config, readConfig } from "../../src/config.ts";
import { hour, minute } from "../../src/domain/time.ts";
import { publishIndex } from "../../src/series/index-record.ts";
import { everyGpu } from "../../src/series/studied-gpus.ts";
import { type Market, openMarket, present } from "../helpers/market.ts";

let market: Market;
let folder: string;
let config: Config;

beforeAll(async () => {
  market = await openMarket();
  folder = mkdtempSync(join(tmpdir(), "gputape-reads-"));
  config = readConfig({ GPUTAPE_DB: join(folder, "tape.duckdb") });
  const url = await market.app.listen({ port: 0, host: "127.0.0.1" });
  announce(config.db, { pid: process.pid, url });
});
afterAll(async () => {
  withdraw(config.db);
  rmSync(folder, { recursive: true });
  await market.close();
});

const readOf = (name: string) =>
  readCommands.find((each) => `${each.group ?? ""} ${each.name}`.trim() === name)!;
const run = (name: string, options: Record<string, unknown>): Promise<Answer> =>
  runRead(readOf(name), options, config, () => present);
const textOf = async (name: string, options: Record<string, unknown>): Promise<string> =>
  readOf(name).text(await run(name, options));

/** All but the last line, which is the method in the words of the endpoint. */
const withoutMethod = (text: string): string => text.split("\n").slice(0, -1).join("\n");

const gpu = "h100-sxm";
const contract = { gpu, gpus: "8", months: "12", usdPerGpuHour: "2" };

describe("commands of a running tape, in words", () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ["market", {}, /gpu +on demand +at +spot +community/],
    ["market", { tier: "community" }, /h100-sxm +1\.51 +bazaar/],
    ["index", { gpu }, /value +low +high/],
    ["index", { gpu, method: "votes", from: "2026-08-07T08:00:00Z", interval: "1h" }, /votes 2/],
    ["index", { gpu, method: "hedonic" }, /unit: base period = 1/],
    ["index", { gpu: "l40s" }, /too_few_providers/],
    ["receipts", { gpu }, /Who moves it\n/],
    ["receipts", { gpu, method: "votes", at: "2026-08-07T11:30:00Z" }, /deviation/],
    ["receipts", { gpu: "mi300x" }, /mi300x on_demand, weighted_median: empty\nReceipts: none/],
    ["settlement", { gpu, from: "2026-08-07T07:00:00Z", to: "2026-08-07T11:00:00Z" }, /coverage/],
    ["settlement", { gpu: "l40s", from: "2026-08-07T07:00:00Z", to: "2026-08-07T11:00:00Z" }, /low_coverage/],
    ["curve", { gpu }, /cumulative/],
    ["curve", { kind: "supply", gpu, gpus: "4" }, /\n4 GPUs: .* on average/],
    ["curve", { gpu, gpus: "9999" }, /9999 GPUs: none \(insufficient_supply; there are 80\)/],
    ["curve", { gpu: "rtx-4090" }, /Blind above 0\.55 USD/],
    ["curve", { gpu: "mi300x" }, /No current offer of mi300x \(on_demand\)/],
    [
      "curve",
      { kind: "demand", gpu, shockSupply: "0.2", elasticity: "1" },
      /Rented: none \(no_reported_demand\)/,
    ],
    ["curve", { kind: "forward", gpu, rate: "0.1" }, /Forward: none \(no_term_quotes\)/],
    ["spreads", { gpu }, /no_prints/],
    ["spreads", { gpu, kind: "power" }, /index over power/],
    ["economics", { gpu, country: "DE", years: "3" }, /Inputs\n/],
    ["economics", {}, /pays its power/],
    ["commit", contract, /Why\n/],
    ["commit", { ...contract, upfrontShare: "0.5", rate: "0.1", utilisation: "0.8", seed: "2" }, /npv usd/],
    ["verify index", {}, /Nothing was published/],
  ])("%s %j", async (name, options, words) => {
    const text = await textOf(name, options);
    expect(text).toMatch(words);
    expect(text).toMatch(/\nat 2026-08-07T.*; oldest input .+; completeness .+; /);
    expect(withoutMethod(text)).not.toMatch(/undefined|NaN|\[object|null/);
  });

  it("fits a terminal: what is long stands in sentences, which are wrapped", async () => {
    for (const [name, options] of [
      ["spreads", { gpu }],
      ["providers", {}],
      ["curve", { gpu }],
    ] as const) {
      const lines = wrapText(await textOf(name, options), 100).split("\n");
      const sentences = lines.filter((line) => !/\S {2,}\S/.test(line));
      expect(Math.max(...sentences.map(({ length }) => length)), name).toBeLessThanOrEqual(100);
      expect(Math.max(...lines.map(({ length }) => length)), name).toBeLessThan(150);
    }
    expect(await textOf("spreads", { gpu })).toMatch(/\nBy\n {2}1: 2 \(ask - bid\)/);
    expect(await textOf("providers", {})).toMatch(/\nNotes\n(.*\n)* {2}keyed: needs KEYED_API_KEY/);
  });

  it("says what it does not know of a commitment, and not that there is none", async () => {
    expect(await textOf("commit", contract)).toMatch(/^(commit|wait|undecided) /m);
  });

  it("tightness", async () => {
    const text = await textOf("tightness", { gpu });
    expect(text).toMatch(/Parts\n/);
    expect(await textOf("tightness", {})).toMatch(/parts known/);
    expect(withoutMethod(text)).not.toMatch(/undefined|NaN|\[object|null/);
  });
});

describe("what cannot be asked", () => {
  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ["index", {}, "bad_input", /^--gpu: is missing/],
    ["index", { gpu, method: "mean" }, "bad_input", /^--method: must be one of weighted_median/],
    ["index", { gpu, vintage: "old" }, "bad_input", /^--vintage: must be one of/],
    ["index", { gpu, from: "soon" }, "bad_input", /^--from: "soon" is not a time/],
    ["index", { gpu: "h1000" }, "not_found", /^--gpu: there is no GPU "h1000"; did you mean/],
    ["index", { gpu, cap: "64" }, "bad_input", /^--cap: .* give --input/],
    ["index", { gpu, perGpu: true }, "bad_input", /^--per-gpu: .* give --input/],
    ["receipts", {}, "bad_input", /^--gpu: is missing/],
    ["receipts", { gpu, method: "hedonic" }, "bad_input", /^--method: must be one of/],
    ["settlement", { gpu }, "bad_input", /^--from: is missing; --to: is missing/],
    [
      "settlement",
      { gpu, from: "2026-08-07T07:30:00Z", to: "2026-08-07T11:00:00Z" },
      "bad_input",
      /^--from: must be a full hour/,
    ],
    ["curve", {}, "bad_input", /^--gpu: is missing/],
    ["curve", { kind: "demnd", gpu }, "bad_input", /^curve: "demnd" is none of supply, demand, forward/],
    ["curve", { gpu, rate: "0.1" }, "bad_input", /^--rate: is a flag of `curve forward`/],
    ["curve", { kind: "forward", gpu, gpus: "8" }, "bad_input", /^--gpus: is a flag of `curve supply`/],
    [
      "curve",
      { kind: "forward", gpu, purchase: "spot" },
      "bad_input",
      /^--purchase: is no flag of `curve forward`/,
    ],
    ["curve", { gpu, gpus: "many" }, "bad_input", /^--gpus: must be a whole number from 1 to 1000000$/],
    [
      "curve",
      { kind: "demand", gpu, shockSupply: "-2" },
      "bad_input",
      /^--shock-supply: must be a number from -1 to 10$/,
    ],
    ["curve", { gpu, snapshots: true }, "bad_input", /^--snapshots: .* give --input/],
    ["spreads", { gpu, kind: "wide" }, "bad_input", /^--kind: must be one of bid_ask/],
    ["economics", { capexUsd: "30000" }, "bad_input", /^--capex-usd: is of one GPU/],
    ["economics", { gpu, years: "0" }, "bad_input", /^--years: must be a number from 0.083 to 30$/],
    [
      "commit",
      { gpu },
      "bad_input",
      /--gpus: is missing; --months: is missing; --usd-per-gpu-hour: is missing/,
    ],
    [
      "commit",
      { ...contract, months: "a year" },
      "bad_input",
      /^--months: must be a whole number from 1 to 120$/,
    ],
    [
      "commit",
      { ...contract, purchase: "reserved" },
      "bad_input",
      /^--purchase: must be one of on_demand, spot/,
    ],
    ["verify index", { method: "hedonic" }, "bad_input", /^--method: must be one of/],
    [
      "quote",
      { gpu, gpus: "0", hours: "1" },
      "bad_input",
      /^--gpus: must be a whole number from 1 to 100000$/,
    ],
  ])("%s %j names the flag", async (name, options, code, message) => {
    await expect(run(name, options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe("verify index", () => {
  const publish = (): Promise<unknown> => {
    market.setNow(present + 5 * minute);
    const { context } = market;
    return publishIndex(context, everyGpu(context.reference.gpus), present + 5 * minute);
  };
  const verify = readOf("verify index");

  it("gives in parts what one question gives, and tells how far it is", async () => {
    await publish();
    const question = verify.question({ all: true });
    const whole = await askApp(market.app, question);
    const steps: number[] = [];
    const progress = { step: (done: number) => steps.push(done), stop: () => undefined };
    const inParts = (asked: Question) =>
      askApp(market.app, { ...asked, query: { ...asked.query, limit: 5 } });
    const parts = await verify.gather!(inParts, question, progress);
    expect(parts.data).toEqual(whole.data);
    expect(steps.length).toBeGreaterThan(1);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  });

  it("counts what matches, and lists it when asked", async () => {
    await publish();
    const answer = await run("verify index", {});
    expect(verify.failed!(answer)).toBe(false);
    expect(verify.text(answer)).toMatch(
      /^votes\/\d: (\d+) values checked: \1 MATCH, 0 MISMATCH\nweighted_median\/\d: (\d+) values checked: \2 MATCH, 0 MISMATCH\n(\d+) values checked: \3 MATCH, 0 MISMATCH\nMATCH The record ends with \3, hash [0-9a-f]{64}\n/,
    );
    const all = await textOf("verify index", { gpu, method: "weighted_median", all: true });
    expect(all).toMatch(
      /^MATCH h100-sxm on_demand weighted_median 2026-08-07T12:00:00Z provisional: published \S+, computed \S+; record \d+, weighted_median\/\d\n/,
    );
    const { head } = (answer.data as { record: { head: { seq: number; hash: string } } }).record;
    const noted = await run("verify index", { head: head.hash });
    expect(verify.failed!(noted)).toBe(false);
    expect(verify.text(noted)).toContain(`; the hash that was noted is that of ${head.seq}\n`);
    const other = await run("verify index", { head: "0".repeat(64) });
    expect(verify.failed!(other)).toBe(true);
    expect(verify.text(other)).toMatch(/^MISMATCH The record ends with .* \(head_unknown\)$/m);
    const record = await textOf("index", { gpu, vintage: "provisional" });
    expect(record).toMatch(/published_at +digest/);
  });

  it("names what does not match, which fails", async () => {
    await market.tape.database.writer.run(
      "update index_values set value = value + 1 where gpu = 'h100-sxm' and method = 'weighted_median' and purchase = 'on_demand'",
    );
    const answer = await run("verify index", { from: new Date(present - hour).toISOString() });
    expect(verify.failed!(answer)).toBe(true);
    expect(verify.text(answer)).toMatch(/MISMATCH h100-sxm on_demand weighted_median .* \(value_differs\)\n/);
    expect(verify.text(answer)).toMatch(/values checked: \d+ MATCH, 1 MISMATCH/);
  });
});
