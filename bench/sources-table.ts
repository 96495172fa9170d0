import { writeFileSync } from "node:fs";
import { tableText } from "../src/cli/table.ts";
import { sources } from "../src/sources/index.ts";
import { ensureBuilt } from "../test/helpers/build.ts";
import { runCli, workspace } from "../test/helpers/program.ts";
import { startUpstream, type UpstreamOptions } from "../test/helpers/upstream.ts";
import { hasSamples, noSamples, samplesFolder, vastDays } from "../test/helpers/venue-rows.ts";
import { venueIds } from "../test/helpers/venues.ts";
import { hasFixture, readFixture } from "../test/sources/fixture.ts";

interface Collected {
  readonly source: string;
  readonly status: string;
  readonly offers: number;
  readonly rejects: number;
  readonly token_prices?: number;
  readonly gpus: number;
  readonly families: number;
  readonly flagged: number;
  readonly unknown: readonly string[];
  readonly reject_reasons: Readonly<Record<string, number>>;
}

interface Line {
  readonly source: string;
  readonly of: string;
  readonly status: string;
  readonly rows: number;
  readonly offers: number;
  readonly rejects: string;
  readonly gpus: number;
  readonly families: number;
  readonly flagged: number;
  readonly "unknown names": string;
}

/** Samples in which nothing can be rented: the price file and the shapes have no machine with a GPU. */
const withoutOffers = new Set(["aws", "oci-shapes"]);

/** Fetches, parses and judges through the built program, without a tape. */
const collect = async (ids: readonly string[], options: UpstreamOptions, label: string): Promise<Line[]> => {
  const upstream = await startUpstream({ ...options, everySource: true });
  const space = workspace();
  const keys = Object.assign({}, ...ids.map((id) => (hasFixture(id) ? readFixture(id).keys : {}))) as Record<
    string,
    string
  >;
  const environment = {
    ...upstream.env,
    ...keys,
    GPUTAPE_DB: space.db,
    GPUTAPE_ENABLE: sources.map(({ id }) => id).join(","),
  };
  try {
    await runCli(["collect", "ecb"], environment);
    const { stdout } = await runCli(["collect", ...ids, "--dry-run", "--json"], environment);
    const { data } = JSON.parse(stdout) as { data: Collected[] };
    return data.map((row) => lineOf(row, label));
  } finally {
    await upstream.close();
    space.remove();
  }
};

const lineOf = (row: Collected, of: string): Line => ({
  source: row.source,
  of,
  status: row.status,
  rows: row.offers + row.rejects + (row.token_prices ?? 0),
  offers: row.offers,
  rejects: Object.entries(row.reject_reasons)
    .map(([reason, n]) => `${n} ${reason}`)
    .join(", "),
  gpus: row.gpus,
  families: row.families,
  flagged: row.flagged,
  "unknown names": row.unknown.map((name) => name.replace("unknown:", "")).join(", "),
});

const sampled = (): string[] =>
  sources
    .map(({ id }) => id)
    .filter(
      (id) =>
        id !== "ecb" && (venueIds.includes(id) || (hasFixture(id) && readFixture(id).samples !== undefined)),
    );

const markdown = (lines: readonly Line[]): string => {
  const columns = Object.keys(lines[0]!) as (keyof Line)[];
  const cells = lines.map((line) => columns.map((name) => String(line[name])));
  const widths = columns.map((name, i) => Math.max(...[name, ...cells.map((row) => row[i]!)].map(lengthOf)));
  const row = (texts: readonly string[]): string =>
    `| ${texts.map((text, i) => text.padEnd(widths[i]!)).join(" | ")} |`;
  return [row(columns), row(widths.map((width) => "-".repeat(width))), ...cells.map(row)].join("\n");
};

const lengthOf = ({ length }: string): number => length;

const page = new URL("../docs/sources.md", import.meta.url);

const head = `# What the sources make of recorded answers

Printed and written by \`npm run prove sources\`, through the built program and its real fetch path, against a loopback
server that answers with recorded or documented samples. Rows are offers, token prices and rejected rows together; cards
and families are the different GPUs they resolve to. Unknown names are left of test data with made-up machines and of a
part number that Oracle does not explain (E4).

`;

/** What each source makes of the recorded samples. */
export const run = async (): Promise<boolean> => {
  if (!hasSamples()) {
    process.stdout.write(`skip  ${noSamples}\n`);
    return true;
  }
  await ensureBuilt();
  const samples = samplesFolder;
  const ids = [...new Set([...sampled(), "list-prices"])].sort();
  const lines = await collect(ids, { samples, pageRows: 1000 }, "sample");
  for (const vastDay of vastDays()) lines.push(...(await collect(["vast"], { samples, vastDay }, vastDay)));
  process.stdout.write(`${tableText(lines as unknown as Record<string, unknown>[])}\n`);
  writeFileSync(page, `${head}${markdown(lines)}\n`);
  return lines.every(
    ({ source, status, rows }) => status !== "failed" && (rows > 0 || withoutOffers.has(source)),
  );
};
