import { tableText } from "../src/cli/table.ts";
import { ensureBuilt } from "../test/helpers/build.ts";
import { runCli, workspace } from "../test/helpers/program.ts";
import { startUpstream, type UpstreamOptions } from "../test/helpers/upstream.ts";
import { hasSamples, type Market, noSamples, samplesFolder, vastDays } from "../test/helpers/venue-rows.ts";
import { venueIds } from "../test/helpers/venues.ts";

interface Collected {
  readonly source: string;
  readonly status: string;
  readonly offers: number;
  readonly rejects: number;
  readonly gpus: number;
  readonly unknown: readonly string[];
  readonly reject_reasons: Readonly<Record<string, number>>;
  readonly note: string | null;
}

/** Rows of the venue's answer; one may give several offers (spot beside on demand) or none (no GPU in it). */
const rowsOf = (market: Market, source: string): number | null => {
  const sizes: Readonly<Record<string, unknown>> = {
    akash: market.akash.models,
    azure: market.azure,
    lium: market.lium,
    oci: market.oci,
    runpod: (market.runpod.data as { gpuTypes: unknown[] }).gpuTypes,
    vast: market.vast,
    verda: market.verda.types,
    vultr: [...market.vultr.plans, ...market.vultr.metal],
  };
  const rows = sizes[source];
  return Array.isArray(rows) ? rows.length : null;
};

/** Fetches, parses and judges through the built program, without a tape. */
const collect = async (
  ids: readonly string[],
  options: UpstreamOptions,
  label: string,
): Promise<{ table: Record<string, unknown>[]; sound: boolean }> => {
  const upstream = await startUpstream(options);
  const space = workspace();
  try {
    const ended = await runCli(["collect", ...ids, "--dry-run", "--json"], {
      ...upstream.env,
      GPUTAPE_DB: space.db,
      VERDA_CLIENT_ID: "somebody",
      VERDA_CLIENT_SECRET: "something-secret",
    });
    const { data } = JSON.parse(ended.stdout) as { data: Collected[] };
    const table = data.map((row) => ({
      source: row.source,
      of: label,
      status: row.status,
      rows: rowsOf(upstream.market, row.source),
      offers: row.offers,
      rejects: Object.entries(row.reject_reasons)
        .map(([reason, n]) => `${n} ${reason}`)
        .join(", "),
      gpus: row.gpus,
      "unknown names": row.unknown.map((name) => name.replace("unknown:", "")).join(", "),
    }));
    const sound = data.every(
      ({ source, status, offers }) => status !== "failed" && (offers > 0 || source === "ecb"),
    );
    return { table, sound: ended.code === 0 && sound };
  } finally {
    await upstream.close();
    space.remove();
  }
};

/** What each source makes of the recorded samples. */
export const run = async (): Promise<boolean> => {
  if (!hasSamples()) {
    process.stdout.write(`skip  ${noSamples}\n`);
    return true;
  }
  await ensureBuilt();
  const samples = samplesFolder;
  const parts = [await collect([...venueIds, "list-prices"], { samples, pageRows: 1000 }, "sample")];
  for (const vastDay of vastDays()) parts.push(await collect(["vast"], { samples, vastDay }, vastDay));
  process.stdout.write(`${tableText(parts.flatMap(({ table }) => table))}\n`);
  return parts.every(({ sound }) => sound);
};
