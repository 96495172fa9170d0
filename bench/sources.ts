import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { tableText } from "../src/cli/table.ts";
import { runCli, workspace } from "../test/helpers/program.ts";
import { startUpstream } from "../test/helpers/upstream.ts";

interface Row {
  readonly source: string;
  readonly status: string;
  readonly offers: number;
  readonly rejects: number;
  readonly gpus: number;
  readonly unknown: readonly string[];
  readonly note: string | null;
}

const samples = "../shared/providers/samples";

/** Every source over the recorded answers of its venue, through the real fetch path: what it reads and refuses. */
export const run = async (): Promise<boolean> => {
  const here = existsSync(fileURLToPath(new URL(`../${samples}`, import.meta.url)));
  if (!here) process.stdout.write("skip  the recorded samples are not here; our own fixtures stand in\n");
  const upstream = await startUpstream(here ? { samples } : {});
  const place = workspace();
  try {
    const env = {
      ...upstream.env,
      GPUTAPE_ENABLE: "vast,runpod",
      GPUTAPE_HTTP_ATTEMPT_MS: "20000",
      GPUTAPE_HTTP_TOTAL_MS: "60000",
    };
    const ids = ["akash", "azure", "ecb", "list-prices", "lium", "oci", "runpod", "verda", "vultr"];
    const { stdout, stderr } = await runCli(
      ["collect", ...ids, "--dry-run", "--json", "--db", place.db],
      env,
    );
    if (stderr !== "") process.stderr.write(stderr);
    const { data } = JSON.parse(stdout) as { data: Row[] };
    process.stdout.write(
      `${tableText(data.map(({ source, status, offers, rejects, gpus, unknown, note }) => ({ source, status, offers, rejects, gpus, unknown: unknown.join(", "), note })))}\n`,
    );
    return data.every(({ status }) => status !== "failed");
  } finally {
    await upstream.close();
    place.remove();
  }
};
