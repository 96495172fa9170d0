import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sharedFile } from "./data.ts";
import type { Figure } from "./report.ts";

interface Imported {
  readonly rows: number;
  readonly ticks: number;
  readonly seconds: number;
}

const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** Runs the built program and watches its resident memory at its peak (Linux). */
const importOnce = async (
  file: string,
  db: string,
): Promise<{ data: Imported; peakMb: number; seconds: number }> => {
  const began = performance.now();
  const child = spawn(process.execPath, [program, "import", file, "--db", db, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let peakMb = 0;
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
    peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, 20);
  let output = "";
  for await (const part of child.stdout) output += part;
  clearInterval(watch);
  return {
    data: (JSON.parse(output) as { data: Imported }).data,
    peakMb,
    seconds: (performance.now() - began) / 1000,
  };
};

/** Import of 2,476,079 rows of spot history, twice, with the built program. */
export const run = async (): Promise<Figure[]> => {
  const file = sharedFile("data/aws_spot_7h.parquet");
  if (!file) return [];
  const folder = mkdtempSync(join(tmpdir(), "gputape-bench-"));
  const db = join(folder, "tape.duckdb");
  try {
    const first = await importOnce(file, db);
    const megabytes = statSync(db).size / 1e6;
    const second = await importOnce(file, db);
    return [
      { name: "rows read", value: first.data.rows, unit: "rows", limit: 2_476_079, sense: "at least" },
      {
        name: "ticks written (expected 1,158,987 exactly)",
        value: Math.abs(first.data.ticks - 1_158_987),
        unit: "off",
        limit: 0,
        sense: "at most",
      },
      {
        name: "first import, start of process to end",
        value: first.seconds,
        unit: "s",
        limit: 10,
        sense: "at most",
        note: `${first.data.seconds} s within`,
      },
      {
        name: "peak memory of the first import",
        value: first.peakMb,
        unit: "MB",
        limit: 1500,
        sense: "at most",
      },
      {
        name: "peak memory of the second import",
        value: second.peakMb,
        unit: "MB",
        limit: 1500,
        sense: "at most",
      },
      { name: "database file", value: megabytes, unit: "MB", limit: 40, sense: "at most" },
      {
        name: "ticks added by the second import",
        value: second.data.ticks,
        unit: "ticks",
        limit: 0,
        sense: "at most",
        note: `${second.seconds.toFixed(1)} s`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
