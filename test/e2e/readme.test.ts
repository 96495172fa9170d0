import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sources } from "../../src/sources/index.ts";
import { mainFile } from "../helpers/build.ts";
import { launch, type Program, startProgram, type Workspace, workspace } from "../helpers/program.ts";
import { until } from "../helpers/until.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The lines of the README's shell blocks that are there to be copied. */
const commands = [...readme.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) => block!.trim().split("\n"));

/** Lines that need prices of today: without a network they are refused, since the bundled lists have expired. */
const isForNetwork = (line: string): boolean => line.endsWith("# network");

const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) console.warn("README: there is no curl here, so its curl lines are skipped");

/** Every venue is out of reach: what a machine without a network sees. */
const offline = Object.fromEntries(
  sources.map(({ id }) => [
    `GPUTAPE_SOURCE_URL_${id.toUpperCase().replaceAll("-", "_")}`,
    "http://127.0.0.1:9",
  ]),
);

describe("README", () => {
  let program: Program;
  let place: Workspace;

  beforeAll(async () => {
    place = workspace();
    program = await startProgram(["--db", place.db], offline);
    await until("the list prices are in the book", async () => {
      const answer = await fetch(`${program.url}/v1/offers?limit=1`);
      return ((await answer.json()) as { data: unknown[] }).data.length > 0;
    });
  });

  afterAll(async () => {
    await program?.stop();
    place?.remove();
  });

  it("has commands to copy", () => {
    expect(commands.filter((line) => line.startsWith("gputape")).length).toBeGreaterThan(5);
    expect(commands.filter((line) => line.startsWith("curl")).length).toBeGreaterThan(5);
  });

  it.each(commands.filter((line) => line.startsWith("gputape")))("%s", async (line) => {
    const locked = /^gputape (sql|collect)\b/.test(line);
    const db = locked ? place.file("other.duckdb") : place.db;
    if (locked)
      await launch(process.execPath, [mainFile, "collect", "list-prices", "--db", db], offline).ended;
    const shell = line.replace(/^gputape/, `"${process.execPath}" "${mainFile}"`);
    const ended = await launch("sh", ["-c", shell], { ...offline, GPUTAPE_DB: db }).ended;
    if (isForNetwork(line)) {
      expect(ended.stderr).toMatch(/^impossible: [^\n]*\nLeft out: [^\n]*expired \d/);
      expect(ended.code).toBe(1);
      return;
    }
    expect(ended.stderr).toBe("");
    expect(ended.code).toBe(0);
    expect(ended.stdout.trim()).not.toBe("");
  });

  it.skipIf(!hasCurl).each(commands.filter((line) => line.startsWith("curl")))("%s", async (line) => {
    const asked = line.replaceAll("http://localhost:8080", program.url);
    const ended = await launch("sh", ["-c", asked.replace("curl -s", "curl -s -w '\\n%{http_code}'")], {})
      .ended;
    const [body, status] = ended.stdout.split(/\n(?=\d{3}$)/);
    expect(status, body).toBe(isForNetwork(line) ? "422" : "200");
    expect(body!.length).toBeGreaterThan(40);
  });
});
