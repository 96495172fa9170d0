import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../../src/cli/ask.ts";
import { collectOnce } from "../../src/cli/collect.ts";
import { inputFlags } from "../../src/cli/input/flags.ts";
import { fieldsOf } from "../../src/cli/reads/command.ts";
import { kinds as curveKinds, flagsOf } from "../../src/cli/reads/curve-kind.ts";
import { readCommands } from "../../src/cli/reads/index.ts";
import { announce, withdraw } from "../../src/cli/running.ts";
import { status } from "../../src/cli/status.ts";
import { importFiles } from "../../src/cli/writes.ts";
import { type Config, readConfig } from "../../src/config.ts";
import { openImporter } from "../helpers/import.ts";
import { openMarket } from "../helpers/market.ts";

const command = (name: string) => readCommands.find((each) => each.name === name)!;
const question = (name: string, options: Record<string, unknown>) => command(name).question(options);

describe("questions", () => {
  it("put flags into the query in snake case", () => {
    expect(
      question("offers", { gpu: "h100", minGpus: "8", executableOnly: true, asOf: "2026-08-07" }),
    ).toEqual({
      path: "/v1/offers",
      query: { gpu: "h100", min_gpus: "8", executable_only: true, as_of: "2026-08-07" },
    });
    expect(question("providers", {})).toEqual({ path: "/v1/providers" });
    expect(question("market", { tier: "secure" })).toEqual({ path: "/v1/market", query: { tier: "secure" } });
    expect(fieldsOf({ aB: 1, c: undefined, d: 2 }, ["d"])).toEqual({ a_b: 1 });
  });

  it("put numbers into a quote's body as numbers, and leave words to be refused", () => {
    expect(question("quote", { gpu: "4090", gpus: "8", hours: "2.5", tier: "secure" }).body).toEqual({
      gpu: "4090",
      gpus: 8,
      hours: 2.5,
      tier: "secure",
    });
    expect(question("quote", { gpu: "h100", gpus: "many", hours: "" }).body).toEqual({
      gpu: "h100",
      gpus: "many",
      hours: "",
    });
  });

  it("put the oldest price to accept into the body as a number", () => {
    expect(question("quote", { gpu: "h100", gpus: "8", hours: "1", maxAgeHours: "6" }).body).toMatchObject({
      max_age_hours: 6,
    });
    expect(question("route", { gpu: "h100", gpus: "8", hours: "1", maxAgeHours: "0.5" }).body).toMatchObject({
      max_age_hours: 0.5,
    });
  });

  it("put lists, filters and minima into a route's body where the endpoint wants them", () => {
    const body = question("route", {
      anyOf: "h100, a100",
      gpus: "16",
      hours: "24",
      interruptible: true,
      countries: "DE,FR",
      allow: "aws,gcp",
      deny: "vast",
      minVramGib: "80",
      minFp16Tflops: "300",
      maxProviderShare: "0.5",
      k: "5",
    }).body;
    expect(body).toEqual({
      any_of: ["h100", "a100"],
      gpus: 16,
      hours: 24,
      interruptible: true,
      countries: ["DE", "FR"],
      providers: { allow: ["aws", "gcp"], deny: ["vast"] },
      min: { vram_gib: 80, fp16_tflops: 300 },
      max_provider_share: 0.5,
      k: 5,
    });
    expect(question("route", { gpu: "h100", gpus: "1", hours: "1" }).body).toEqual({
      gpu: "h100",
      gpus: 1,
      hours: 1,
    });
  });

  it("have a help for every flag, and flags that the endpoint knows", async () => {
    const market = await openMarket({ empty: true });
    const { paths } = (await market.app.inject("/openapi.json")).json();
    const camel = (flag: string) => flag.slice(2).replace(/-\w/g, (part) => part[1]!.toUpperCase());
    const ofFiles = new Set([...inputFlags.map(([flag]) => flag), "--snapshots"]);
    for (const { name, flags, question: of } of readCommands) {
      const kinds = name === "curve" ? curveKinds : [undefined];
      for (const kind of kinds) {
        const foreign = curveKinds.filter((each) => each !== kind).flatMap((each) => flagsOf[each]);
        const own = flags.filter((flag) => !ofFiles.has(flag[0]) && !foreign.includes(flag));
        const given = own.map(([flag]) => camel(flag.split(" ")[0]!));
        const options = Object.fromEntries(given.map((field) => [field, "1"]));
        if (kind === "forward") delete options.purchase;
        const asked = of({ ...options, ...(kind === undefined ? {} : { kind }) });
        const path = asked.path.replace("/index/1/", "/index/{gpu}/");
        const { get, post } = paths[path];
        const known: string[] = post
          ? Object.keys(post.requestBody.content["application/json"].schema.properties)
          : (get.parameters ?? []).map((parameter: { name: string }) => parameter.name);
        for (const field of Object.keys(asked.body ?? asked.query ?? {}))
          expect(known, name).toContain(field);
      }
      for (const [, help] of flags) expect(help).not.toBe("");
    }
    await market.close();
  });
});

describe("commands over a tape on disk", () => {
  let folder: string;
  let config: Config;
  const clock = () => Date.UTC(2026, 7, 7, 12);
  const csv = `observed_at,provider,instance_type,gpu_name,gpu_count,region,price_usd_hour,spot_price_usd_hour
2026-08-07T10:00:00Z,aws,p5.48xlarge,H100,8,us-east-1,80,40
2026-08-07T11:00:00Z,aws,p5.48xlarge,H100,8,us-east-1,80,32
`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gputape-cli-"));
    config = readConfig({ GPUTAPE_DB: join(folder, "tape.duckdb"), GPUTAPE_LOG_LEVEL: "silent" });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("say that there is no tape yet", async () => {
    expect((await status(config, clock)).data).toMatchObject({ running: false, exists: false });
    await expect(ask(config, clock, { path: "/v1/offers" })).rejects.toMatchObject({ code: "not_found" });
  });

  it("collect, dry or not, and import", async () => {
    const [dry] = await collectOnce(config, clock, ["list-prices"], { dryRun: true, json: true });
    expect(dry).toMatchObject({
      source: "list-prices",
      status: "complete",
      reject_reasons: expect.any(Object),
    });
    const [row] = await collectOnce(config, clock, ["list-prices"], { json: true });
    expect(row).toMatchObject({ source: "list-prices", offers: dry!.offers });
    const [again] = await collectOnce(config, clock, ["list-prices"], { replay: true, json: true });
    expect(again).toMatchObject({ source: "list-prices", pulls: 1, ticks: 0, failed: 0 });
    await expect(collectOnce(config, clock, ["nobody"], { json: true })).rejects.toMatchObject({
      code: "bad_input",
    });

    const importer = await openImporter();
    const file = importer.write("aws.csv", csv);
    expect(await importFiles(config, clock, [file], { json: true })).toMatchObject({ rows: 2, ticks: 3 });
    expect(await importFiles(config, clock, [file], { json: true })).toMatchObject({ rows: 2, ticks: 0 });
    await expect(importFiles(config, clock, [file], { recordedAt: "soon" })).rejects.toMatchObject({
      code: "bad_input",
    });
    await importer.close();
  });

  it("answer in words, each with its times and method", async () => {
    for (const [name, options, words] of [
      ["offers", { gpu: "h100", limit: "5" }, /usd\/gpu-h/],
      ["index", { gpu: "h100" }, /n_providers/],
      ["quote", { gpu: "h100", gpus: "8", hours: "1" }, /Why\n/],
      ["route", { gpu: "h100", gpus: "8", hours: "1" }, /Plan 1: /],
      ["providers", {}, /list-prices/],
    ] as const) {
      const answer = await ask(config, clock, question(name, options));
      const text = command(name).text(answer);
      expect(text, name).toMatch(words);
      expect(text, name).toMatch(/at 2026-08-07T12:00:00Z; oldest input .+ old; completeness .+; /);
      expect(text, name).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  it("say what to do where there is nothing", async () => {
    const answer = await ask(config, clock, question("offers", { gpu: "gaudi-2", purchase: "spot" }));
    expect(command("offers").text(answer)).toContain("No offers. Start collecting with `gputape start`");
  });

  it("fail like the endpoint", async () => {
    await expect(ask(config, clock, question("offers", { gpu: "h1000" }))).rejects.toMatchObject({
      code: "not_found",
      details: { errors: [{ field: "gpu" }] },
    });
    await expect(ask(config, clock, question("quote", { gpu: "h100" }))).rejects.toMatchObject({
      code: "bad_input",
    });
  });

  it("store nothing when they only read", async () => {
    const answer = await ask(config, clock, question("quote", { gpu: "h100", gpus: "8", hours: "1" }));
    expect(answer.data).toMatchObject({ stored: false });
  });

  it("sum up the state of the tape", async () => {
    const { data, text } = await status(config, clock);
    expect(data).toMatchObject({ running: false, exists: true, failing: [] });
    expect(Number(data.offers)).toBeGreaterThan(100);
    expect(text).toContain("No server is running");
  });

  it("ask the server where one has the tape, and do not open it themselves", async () => {
    const market = await openMarket();
    const url = await market.app.listen({ port: 0, host: "127.0.0.1" });
    announce(config.db, { pid: process.pid, url });
    const answer = await ask(config, clock, question("offers", { gpu: "rtx-4090" }));
    expect((answer.data as { provider: string }[]).map(({ provider }) => provider)).toContain("bazaar");
    const quoted = await ask(
      config,
      clock,
      question("quote", { gpu: "a100-sxm-80gb", gpus: "8", hours: "1" }),
    );
    expect(quoted.data).toMatchObject({ total_usd: 10.24, stored: true });
    await expect(ask(config, clock, question("offers", { gpu: "h1000" }))).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await status(config, clock)).data).toMatchObject({ running: true, pid: process.pid, url });
    withdraw(config.db);
    await market.close();
  });
});
