import { existsSync, statSync } from "node:fs";
import type { Config } from "../config.ts";
import { ageText } from "../domain/age-text.ts";
import type { Clock } from "../domain/time.ts";
import { ask } from "./ask.ts";
import { findRunning } from "./running.ts";

interface SourceRow {
  readonly source: string;
  readonly status: string;
  readonly live: number;
  readonly error: string | null;
}

/** Whether a server runs, how big the tape is and how its sources fare. */
export const status = async (
  config: Config,
  clock: Clock,
): Promise<{ data: Record<string, unknown>; text: string }> => {
  const running = findRunning(config.db);
  if (!existsSync(config.db)) {
    const data = { running: false, pid: null, url: null, tape: config.db, exists: false };
    return { data, text: `No tape at ${config.db}. \`gputape start\`, \`collect\` or \`import\` makes one.` };
  }
  const answer = await ask(config, clock, { path: "/v1/providers" });
  const { sources } = answer.data as { sources: SourceRow[] };
  const counts: Record<string, number> = {};
  for (const each of sources) counts[each.status] = (counts[each.status] ?? 0) + 1;
  const offers = sources.reduce((sum, { live }) => sum + live, 0);
  const bytes = statSync(config.db).size;
  const failing = sources.filter((each) => each.status === "failing");
  const data = {
    running: running !== null,
    pid: running?.pid ?? null,
    url: running?.url ?? null,
    tape: config.db,
    exists: true,
    bytes,
    offers,
    sources: counts,
    failing: failing.map(({ source, error }) => ({ source, error })),
    data_age_s: answer.meta.data_age_s,
    completeness: answer.meta.completeness,
  };
  const lines = [
    running
      ? `Running: process ${running.pid} at ${running.url}`
      : "No server is running; this is read from the tape.",
    `Tape: ${config.db}, ${(bytes / 1e6).toFixed(1)} MB, ${offers} live offers`,
    `Sources: ${Object.entries(counts)
      .map(([name, n]) => `${n} ${name}`)
      .join(", ")}`,
    ...failing.map(({ source, error }) => `  ${source} fails: ${error}`),
    `Oldest input in the book: ${ageText(answer.meta.data_age_s as number | null)}`,
  ];
  return { data, text: lines.join("\n") };
};
