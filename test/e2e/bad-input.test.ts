import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemIn } from "../helpers/client.ts";
import { type Program, runCli, startProgram, type Workspace, workspace } from "../helpers/program.ts";
import { sqlRows, tapeFaults } from "../helpers/tape-sql.ts";

/** Whatever is asked wrongly gets a code, a sentence that names the field, and an exit status; the tape stays. */

let space: Workspace;
let env: Record<string, string>;
let offersBefore: unknown;

beforeAll(async () => {
  space = workspace();
  env = { GPUTAPE_DB: space.db };
  expect(await runCli(["collect", "list-prices"], env)).toMatchObject({ code: 0 });
  offersBefore = await sqlRows(space, "select count(*)::integer as n from offers");
});

afterAll(() => space?.remove());

/** Runs a command that must fail; standard error begins with the code and holds no stack. */
const fails = async (
  args: readonly string[],
  code: number,
  words: RegExp,
  more: Record<string, string> = {},
) => {
  const ended = await runCli(args, { ...env, ...more });
  expect(ended, args.join(" ")).toMatchObject({ code, stdout: "" });
  expect(ended.stderr, args.join(" ")).toMatch(words);
  expect(ended.stderr).not.toMatch(/\n\s+at |file:\/\//);
};

describe("commands", () => {
  test.each([
    [["offers", "--gpu", "h1000"], 1, /^not_found: --gpu: there is no GPU "h1000"; did you mean .*h100/],
    [
      ["quote", "--gpu", "h100", "--gpus", "-8", "--hours", "24"],
      2,
      /^bad_input: --gpus: must be a whole number from 1 to 100000/,
    ],
    [["quote", "--gpu", "h100", "--gpus", "NaN", "--hours", "24"], 2, /^bad_input: --gpus: /],
    [["offers", "--at", "yesterday"], 2, /^bad_input: --at: "yesterday" is not a time; write it like 20/],
    [["offers", "--nonsense", "1"], 2, /unknown option '--nonsense'/],
    [["nonsense"], 2, /unknown command 'nonsense'/],
    [["import"], 2, /missing required argument 'file'/],
    [["collect", "liun"], 2, /^bad_input: source: there is no source "liun"; the sources are .*lium/],
    [["sql", "selec 1"], 2, /^bad_input: QUERY: .*syntax error/],
    [["start", "--port", "99999"], 2, /^bad_input: GPUTAPE_PORT: "99999" is not a whole number/],
    [["start", "--host", "0.0.0.0"], 2, /^bad_input: --host: 0\.0\.0\.0 is not loopback, so it needs keys/],
  ] as const)("%j", async (args, code, words) => fails(args, code, words));

  test("malformed settings stop the program before it does anything", async () => {
    await fails(["start"], 2, /^bad_input: GPUTAPE_THREADS: "many" is not/, { GPUTAPE_THREADS: "many" });
    await fails(["start"], 2, /^bad_input: GPUTAPE_SOURCE_URL_LIUM: "lium" is not a URL/, {
      GPUTAPE_SOURCE_URL_LIUM: "lium",
    });
    await fails(["start"], 2, /^bad_input: GPUTAPE_ENABLE: there is no source "no"/, {
      GPUTAPE_ENABLE: "no",
    });
  });

  test("with --json the error is the problem that the endpoint answers", async () => {
    const ended = await runCli(["offers", "--gpu", "h1000", "--json"], env);
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(JSON.parse(ended.stderr)).toMatchObject({ status: 404, code: "not_found" });
  });
});

describe("files and tapes that are none", () => {
  const parquet = (body: string): string => `PAR1${body}PAR1`;
  const files: readonly (readonly [
    name: string,
    body: string | Buffer | null,
    code: number,
    words: RegExp,
  ])[] = [
    ["missing.csv", null, 1, /^not_found: FILE: there is no file .*missing\.csv/],
    ["broken.parquet", parquet("this is not one"), 2, /^bad_input: FILE: .*broken\.parquet cannot be read: /],
    [
      "empty.parquet",
      "",
      2,
      /^bad_input: FILE: .*too small to be a Parquet file; nothing of the import was kept/,
    ],
    ["empty.csv", "", 2, /^bad_input: FILE: .*empty\.csv holds no row and no names of columns/],
    ["wrong.csv", "a,b\n1,2\n", 2, /^bad_input: FILE: .*lacks the columns .*; it has a, b/],
    [
      "noise.csv",
      Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 131) % 256)),
      2,
      /^bad_input: FILE: /,
    ],
    ["prices.txt", "x", 2, /^bad_input: FILE: .*neither \.csv/],
  ];

  test.each(files)("import %s", async (name, body, code, words) => {
    if (body !== null) writeFileSync(space.file(name), body);
    await fails(["import", space.file(name)], code, words);
  });

  test("import of a folder", async () => {
    mkdirSync(space.file("folder.csv"));
    await fails(
      ["import", space.file("folder.csv")],
      2,
      /^bad_input: FILE: .*folder\.csv is a folder without files/,
    );
  });

  test("rows that say nothing are rejects with their reason, not offers", async () => {
    const rows = ["yesterday,acme,H100 SXM,2", "2026-01-01,acme,H100 SXM,-3", "2026-01-01,,H100 SXM,3"];
    const file = space.file("odd.csv");
    writeFileSync(file, ["observed_at,provider,gpu_name,price_usd_hour", ...rows, ""].join("\n"));
    const { code, stdout } = await runCli(["import", file, "--json"], env);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).data).toMatchObject({ rows: 3, ticks: 0, rejects: 3 });
  });

  test("a tape that is none", async () => {
    const file = space.file("letter.duckdb");
    writeFileSync(file, "Dear reader, this is no tape. ".repeat(200));
    await fails(["status", "--db", file], 2, /^bad_input: --db: .*letter\.duckdb is not a gputape tape/);
    await fails(["collect", "list-prices", "--db", file], 2, /^bad_input: --db: .*is not a gputape tape/);
    const folder = space.file("folder.duckdb");
    mkdirSync(folder);
    await fails(["collect", "list-prices", "--db", folder], 2, /^bad_input: --db: .*is a folder/);
    await fails(["offers", "--db", space.file("none.duckdb")], 1, /^not_found: no tape at .*none\.duckdb/);
    await fails(
      ["collect", "list-prices", "--db", `${file}/under/tape.duckdb`],
      2,
      /^bad_input: --db: cannot make the folder/,
    );
  });
});

describe("a running server", () => {
  let program: Program;
  beforeAll(async () => {
    program = await startProgram(["--no-collect"], env);
  });
  afterAll(async () => {
    await program?.stop();
  });

  const answers = async (
    path: string,
    status: number,
    code: string,
    words: RegExp,
    init: RequestInit = {},
  ) => {
    const response = await fetch(`${program.url}${path}`, init);
    const text = await response.text();
    expect(response.headers.get("content-type"), path).toContain("application/problem+json");
    expect(problemIn({ text }), path).toMatchObject({ status, code });
    expect(response.status, path).toBe(status);
    expect(problemIn({ text }).detail, path).toMatch(words);
    expect(text).not.toMatch(/node_modules|\.js:\d|\.ts:\d/);
  };

  const body = (text: string): RequestInit => ({
    method: "POST",
    headers: { "content-type": "application/json" },
    body: text,
  });

  test.each([
    ["/v1/offers?gpu=h1000", 404, "not_found", /did you mean .*h100/],
    ["/v1/offers?limit=-1", 400, "bad_input", /^limit: must be a whole number from 1 to 10000/],
    ["/v1/offers?limit=NaN", 400, "bad_input", /^limit: /],
    ["/v1/offers?at=yesterday", 400, "bad_input", /^at: "yesterday" is not a time/],
    ["/v1/offers?nonsense=1", 400, "bad_input", /^nonsense: there is no such query field/],
    ["/v1/offers?cursor=xx", 400, "bad_input", /^cursor: /],
    ["/v1/index", 400, "bad_input", /^gpu: is missing/],
    ["/v1/nothing", 404, "not_found", /nothing at GET \/v1\/nothing; \/docs/],
    ["/v1/quotes/unknown", 404, "not_found", /unknown/],
  ] as const)("GET %s", async (path, status, code, words) => answers(path, status, code, words));

  test.each([
    ['{"gpu":"h100","gpus":-8,"hours":24}', /^gpus: must be a whole number from 1 to 100000/],
    ['{"gpu":"h100","gpus":1e400,"hours":24}', /^gpus: /],
    ['{"gpu":"h100","gpus":NaN,"hours":24}', /not valid JSON/],
    ['{"gpu":"h100","gpus":8,"hours":24,"pad":1}', /^pad: there is no such body field/],
    ["", /empty/],
  ])("POST /v1/quotes %s", async (text, words) => answers("/v1/quotes", 400, "bad_input", words, body(text)));

  test("a GPU that nobody knows in a quote", () =>
    answers("/v1/quotes", 404, "not_found", /did you mean/, body('{"gpu":"h1000","gpus":8,"hours":24}')));

  test("a body of ten megabytes", () =>
    answers("/v1/quotes", 413, "too_large", /larger than 1 MB/, body(`{"gpu":"${"x".repeat(10_000_000)}"}`)));

  test("a form of a page elsewhere", () =>
    answers("/v1/quotes", 415, "unsupported_media", /./, { method: "POST", body: "gpu=h100" }));

  test("a name that was rebound to this machine", async () => {
    for (const path of ["/", "/v1/offers", "/metrics"]) {
      const asked = request(`${program.url}${path}`, { headers: { host: "evil.example" } }).end();
      const [response] = await once(asked, "response");
      const parts = await response.toArray();
      expect(response.statusCode, path).toBe(403);
      expect(problemIn({ text: Buffer.concat(parts).toString() })).toMatchObject({ code: "forbidden" });
    }
  });

  test("writing beside it names its process", async () => {
    const held = new RegExp(`^database_locked: .*is open in process ${program.pid};`);
    await fails(["start"], 1, held);
    await fails(["backfill", "skypilot"], 1, held);
  });

  test("asking beside it goes through it", async () => {
    const ended = await runCli(["status", "--json"], env);
    expect(JSON.parse(ended.stdout).data).toMatchObject({ running: true, pid: program.pid });
    expect(await runCli(["offers", "--limit", "1"], env)).toMatchObject({ code: 0, stderr: "" });
    await fails(["offers", "--gpu", "h1000"], 1, /^not_found: --gpu: there is no GPU "h1000"; did you mean/);
  });

  test("a port in use", () =>
    fails(
      ["start", "--no-collect", "--db", space.file("other.duckdb"), "--port", new URL(program.url).port],
      1,
      /^conflict: --port: \d+ is taken; name another with --port/,
    ));

  test("a port that is taken leaves neither a new tape nor its folder behind", async () => {
    const folder = space.file("fresh");
    const taken = new URL(program.url).port;
    await fails(["start", "--db", join(folder, "tape.duckdb"), "--port", taken], 1, /^conflict: --port/);
    expect(existsSync(folder)).toBe(false);
  });

  test("and it still answers", async () => {
    expect((await fetch(`${program.url}/readyz`)).status).toBe(200);
  });
});

test("nothing of it changed the tape", async () => {
  expect(await sqlRows(space, "select count(*)::integer as n from offers")).toEqual(offersBefore);
  expect(await tapeFaults(space)).toEqual({});
});
