import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, type Workspace, workspace } from "../helpers/program.ts";
import { until } from "../helpers/until.ts";

let place: Workspace;
beforeAll(() => {
  place = workspace();
});
afterAll(() => place.remove());

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const start = (...args: string[]) =>
  launch(process.execPath, ["--import", "tsx", main, ...args, "--db", place.db], { TMPDIR: place.folder });
const run = (...args: string[]) => start(...args).ended;

const write = (name: string, text: string): string => {
  writeFileSync(place.file(name), text);
  return place.file(name);
};
const header = "observed_at,provider,instance_type,gpu_name,gpu_count,price_usd_hour";
const rows = (count: number): string =>
  Array.from({ length: count }, (_, n) => {
    const at = new Date(Date.UTC(2026, 0, 1, n % 500)).toISOString();
    return `${at},aws,type-${n % 900},H100 SXM,8,${16 + (n % 7)}`;
  }).join("\n");
const leftOver = (): string[] =>
  readdirSync(place.folder).filter((name) => name.startsWith("gputape-input-"));

describe("a command over a file", () => {
  it("exits with 0 and prints the shape of the endpoint", async () => {
    const file = write("a.csv", `${header}\n${rows(20)}\n`);
    const ended = await run("index", "--input", file, "--json");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const { data, meta } = JSON.parse(ended.stdout);
    expect(data).toMatchObject([{ gpu: "h100-sxm", value: null, reason: "too_few_providers" }]);
    expect(meta).toMatchObject({ at: "2026-01-01T19:00:00Z", input: { files: [{ rows: 20 }] } });
    expect(existsSync(place.db)).toBe(false);
    expect(leftOver()).toEqual([]);
  });

  it("takes the kind of a curve as a word and that of a spread as a flag", async () => {
    const file = write("b.csv", `${header}\n${rows(20)}\n`);
    const spreads = await run("spreads", "--input", file, "--gpu", "h100", "--kind", "power", "--json");
    expect(JSON.parse(spreads.stdout).data).toMatchObject([{ gpu: "h100", kind: "power" }]);
    const demand = await run("curve", "demand", "--input", file, "--gpu", "h100-sxm", "--json");
    expect(JSON.parse(demand.stdout).data).toMatchObject({ demand: { reason: "no_reported_demand" } });
  });

  it.each([
    [["index", "--input", "nowhere.csv"], 1, /^not_found: --input: there is no file nowhere\.csv/],
    [["curve", "--gpu", "h100", "--snapshots"], 2, /^bad_input: --snapshots: .* give --input/],
    [["curve", "--wrong"], 2, /unknown option '--wrong'/],
    [["curve", "demnd", "--gpu", "h100"], 2, /^bad_input: curve: "demnd" is none of/],
    [["import", "a.csv", "--cap", "many"], 2, /^bad_input: --cap: "many" is not a whole number/],
    [["verify"], 2, /Commands:[\s\S]*index \[options\]/],
  ])("%j fails with %i", async (args, code, words) => {
    const ended = await run(...args);
    expect(ended.stderr).toMatch(words);
    expect(ended.code).toBe(code);
    expect(leftOver()).toEqual([]);
  });

  it("leaves nothing behind when it is stopped", async () => {
    const file = write("large.csv", `${header}\n${rows(400_000)}\n`);
    const running = start("curve", "--input", file, "--gpu", "h100-sxm", "--snapshots");
    await until("it has made its folder", () => leftOver().length > 0);
    running.signal("SIGINT");
    expect(await running.ended).toMatchObject({ code: 130 });
    expect(leftOver()).toEqual([]);
  });
});
