#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { skypilotCatalog } from "./backfill/skypilot-catalog.ts";
import type { BackfillResult } from "./cli/backfill.ts";
import { dryRunText } from "./cli/dry-run-text.ts";
import { errorText, problemText } from "./cli/error-text.ts";
import { variableOf } from "./cli/flag-name.ts";
import { importText } from "./cli/import-text.ts";
import { makeKey } from "./cli/keys.ts";
import { readCommands } from "./cli/reads/index.ts";
import { settingsText } from "./cli/settings-text.ts";
import { tableText } from "./cli/table.ts";
import { wrapText } from "./cli/wrap.ts";
import { type Config, maskConfig, processEnvironment, readConfig, scopes } from "./config.ts";
import { AppError } from "./errors.ts";
import { version } from "./version.ts";

// What a command needs is loaded when it is called: all of it takes a second.

const clock = (): number => Date.now();
const environment = processEnvironment();

/** Names of the keys that sources ask for. */
const keyNames = async (): Promise<string[]> => {
  const { sources } = await import("./sources/index.ts");
  return sources.flatMap(({ needs, wants = [] }) => [...needs, ...wants]);
};

/** Flags win over the environment; each becomes the variable of its name. */
const configFrom = async (flags: Readonly<Record<string, unknown>>): Promise<Config> => {
  const given: Record<string, string> = {};
  for (const name of ["port", "host", "db", "archive", "logLevel", "enable", "disable"]) {
    const value = flags[name];
    if (value !== undefined) given[variableOf(name)] = String(value);
  }
  if (flags.collect === false) given.GPUTAPE_COLLECT = "false";
  return readConfig({ ...environment, ...given }, await keyNames());
};

// A reader that goes away (`| head`) ends neither a server nor a command in the middle of its work.
process.stdout.on("error", () => undefined);
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

const program = new Command("gputape")
  .description("The consolidated tape for GPU compute: what every cloud asks for a GPU-hour.")
  .version(version)
  .showHelpAfterError()
  .exitOverride();

const command = (name: string, summary: string, parent = program): Command =>
  parent
    .command(name)
    .description(summary)
    .option("--db <path>", "the tape; default gputape-data/tape.duckdb (GPUTAPE_DB)")
    .option("--json", "print JSON, the same shape as the endpoint");

command("start", "collect, store, model, serve: the main job, with the page at http://localhost:8080")
  .option("--port <port>", "port of API and page (GPUTAPE_PORT)")
  .option("--host <host>", "address to bind; other than loopback needs keys (GPUTAPE_HOST)")
  .option(
    "--enable <ids>",
    "sources to turn on; for one with a legal note this states permission (GPUTAPE_ENABLE)",
  )
  .option("--disable <ids>", "sources to turn off (GPUTAPE_DISABLE)")
  .option("--no-collect", "serve the tape without collecting")
  .option("--archive <folder>", "raw payloads (GPUTAPE_ARCHIVE)")
  .option("--log-level <level>", "GPUTAPE_LOG_LEVEL")
  .action(async (flags) => {
    const [{ checkBind }, { serve }] = await Promise.all([
      import("./api/guard.ts"),
      import("./cli/serve.ts"),
    ]);
    const config = await configFrom(flags);
    checkBind(config);
    await serve(config, clock, print);
  });

command("collect [source...]", "run sources once and write their pulls")
  .option("--dry-run", "fetch, parse and judge, but write nothing")
  .option("--replay", "read the archived payloads again through the present parsers")
  .option("--enable <ids>", "sources to turn on (GPUTAPE_ENABLE)")
  .option("--disable <ids>", "sources to turn off (GPUTAPE_DISABLE)")
  .action(async (names: string[], flags) => {
    const { collectOnce } = await import("./cli/collect.ts");
    const config = { ...(await configFrom(flags)), logLevel: "silent" };
    const rows = await collectOnce(config, clock, names, flags);
    if (flags.json) printJson({ data: rows });
    else print(rows.length === 0 ? "Nothing to do." : tableText(rows));
    if (rows.some(({ status: outcome }) => outcome === "failed")) process.exitCode = 1;
  });

command(
  "import <file...>",
  "read tidy CSV, JSON or Parquet files, folders or patterns into the tape; running it twice adds nothing",
)
  .option("--dry-run", "say what would be read and how, and write nothing")
  .option("--key <columns>", "identity columns in place of the usual ones")
  .option(
    "--map <theirs=ours...>",
    "what columns mean whose names do not say it; theirs= for one that is not to be read",
  )
  .option("--per-gpu", "prices are per GPU, not per instance")
  .option("--complete", "each pull shows its whole market: what is absent is delisted, not unknown")
  .option(
    "--cap <n>",
    "the query behind the file shows at most n rows a GPU model: a pull with as many of one is blind to its rest, and shows all others whole",
  )
  .option(
    "--recorded-at <time>",
    "knowledge time of the rows: a time or now; default the file's own, else observed_at",
  )
  .action(async (files: string[], flags) => {
    const config = { ...(await configFrom(flags)), logLevel: "silent" };
    if (flags.dryRun) {
      const { importDryRun } = await import("./cli/import-dry-run.ts");
      const run = await importDryRun(config, clock, files, flags);
      return flags.json ? printJson({ data: run }) : print(dryRunText(run));
    }
    const { importFiles } = await import("./cli/writes.ts");
    const result = await importFiles(config, clock, files, flags);
    if (flags.json) printJson({ data: result });
    else print(importText(result));
  });

const backfill = program
  .command("backfill")
  .description(
    "read the past from where it is kept, at its own times; running it again adds only what is new",
  );

/** A backfill that was stopped has kept all that it counts. */
const printBackfill = (result: BackfillResult, json: boolean | undefined): void => {
  if (json) printJson({ data: result });
  else print(tableText([{ ...result }]));
  if (!result.interrupted) return;
  process.stderr.write("Stopped; what was read is in the tape. Run it again to go on.\n");
  process.exitCode = 130;
};

command(
  "skypilot",
  "prices of many clouds over years, from the git history of the SkyPilot catalog",
  backfill,
)
  .option(
    "--repo <place>",
    "a clone, bare or not, or a URL, of which a partial clone is kept beside the tape",
    skypilotCatalog,
  )
  .option("--from <time>", "first commit time")
  .option("--to <time>", "last commit time")
  .option("--clouds <list>", "clouds by name; default all of the catalog")
  .action(async (flags) => {
    const { skypilot } = await import("./cli/backfill.ts");
    printBackfill(await skypilot(await configFrom(flags), clock, flags), flags.json);
  });

command("aws-spot", "every change of AWS spot prices in the last ninety days, with an AWS key", backfill)
  .option("--days <n>", "how far back, up to 90", "90")
  .option("--regions <list>", "default all")
  .action(async (flags) => {
    const { awsSpot } = await import("./cli/backfill.ts");
    printBackfill(await awsSpot(await configFrom(flags), clock, flags), flags.json);
  });

/** Commands of a group are written after its name, as in `verify index`. */
const groups: Readonly<Record<string, Command>> = {
  verify: program.command("verify").description("check what was published against what it was made of"),
};

for (const read of readCommands) {
  const parent = read.group === undefined ? program : groups[read.group];
  const defined = command(read.name, read.summary, parent);
  if (read.argument) defined.argument(...read.argument);
  for (const [flags, help] of read.flags) defined.option(flags, help);
  defined.action(async (...given: unknown[]) => {
    const flags = given[read.argument ? 1 : 0] as Record<string, unknown>;
    const options = read.argument ? { ...flags, kind: given[0] } : flags;
    const { runRead } = await import("./cli/run-read.ts");
    const answer = await runRead(read, options, await configFrom({ db: flags.db }), clock);
    if (flags.json) printJson(answer);
    else print(wrapText(read.text(answer), process.stdout.columns));
    if (read.failed?.(answer)) process.exitCode = 1;
  });
}

command("sql <query>", "ask the tape in SQL, read-only and sandboxed")
  .option("--limit <n>", "most rows", "10000")
  .option("--timeout <seconds>", "most seconds", "60")
  .action(async (query: string, flags) => {
    const { sql } = await import("./cli/sql.ts");
    const answer = await sql(await configFrom(flags), query, flags);
    if (flags.json) printJson({ data: answer });
    else print(answer.rows.length === 0 ? "No rows." : tableText(answer.rows, answer.columns));
    if (answer.truncated && !flags.json)
      process.stderr.write(`Only the first ${flags.limit} rows; raise --limit for more.\n`);
  });

command("status", "is a server running, how big is the tape, how old is what it knows").action(
  async (flags) => {
    const { status } = await import("./cli/status.ts");
    const found = await status(await configFrom(flags), clock);
    if (flags.json) printJson({ data: found.data });
    else print(found.text);
  },
);

command("config", "every setting, its value and its meaning, secrets masked").action(async (flags) => {
  const config = await configFrom(flags);
  if (flags.json) printJson({ data: maskConfig(config) });
  else print(settingsText(environment, await keyNames()));
});

command("keys", "make an API key; keep the key, set the line in GPUTAPE_KEYS")
  .option("--name <name>", "whose it is", "me")
  .option("--scopes <list>", `of ${scopes.join(", ")}`, "read,quote")
  .action((flags) => {
    const made = makeKey(flags.name, flags.scopes);
    if (flags.json) printJson({ data: made });
    else print(`Key (shown once):  ${made.key}\nGPUTAPE_KEYS line: ${made.line}`);
  });

/** Wrong usage is 2, any other failure 1. */
const exitWith = async (error: unknown, json: boolean): Promise<void> => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  const known =
    error instanceof AppError
      ? error
      : new AppError("internal", error instanceof Error ? error.message : String(error), { cause: error });
  const text = json ? await problemText(known, program.args.join(" ")) : errorText(known);
  process.stderr.write(`${text}\n`);
  process.exitCode = known.code === "bad_input" ? 2 : 1;
};

try {
  await program.parseAsync(process.argv);
} catch (error) {
  await exitWith(error, process.argv.includes("--json"));
}
