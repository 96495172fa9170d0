import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { openService } from "../src/cli/service.ts";
import { readConfig } from "../src/config.ts";
import { sources } from "../src/sources/index.ts";
import type { Figure } from "./report.ts";

const nodes = 100_000;
interface Served {
  readonly bytes: number;
}

/** A pull of 100,000 offers from a loopback upstream: seconds from request to commit, and how long the loop stood. */
export const run = async (): Promise<Figure[]> => {
  const upstream = fork(new URL("./feed-server.ts", import.meta.url), { execArgv: ["--import", "tsx"] });
  const [{ url }] = (await once(upstream, "message")) as [{ url: string }];
  const serve = async (count: number, round: number): Promise<number> => {
    upstream.send({ count, round });
    const [{ bytes }] = (await once(upstream, "message")) as [Served];
    return bytes / count;
  };
  const folder = mkdtempSync(join(tmpdir(), "gputape-bench-"));
  const config = readConfig({
    GPUTAPE_DB: join(folder, "tape.duckdb"),
    GPUTAPE_LOG_LEVEL: "silent",
    GPUTAPE_SOURCE_URL_LIUM: url,
  });
  const service = await openService({ config, clock: () => Date.now() });
  const lium = sources.find(({ id }) => id === "lium")!;
  const figures: Figure[] = [];
  try {
    await serve(20, 0);
    await service.collector.pull(lium);
    const rounds = ["first sight of 100,000 offers", "5 % of 100,000 offers repriced"];
    for (const [round, name] of rounds.entries()) {
      const bytes = Math.round(await serve(nodes, round));
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const began = performance.now();
      const { run: pulled, result } = await service.collector.pull(lium);
      const seconds = (performance.now() - began) / 1000;
      delay.disable();
      const parsed = (pulled.finishedAt - pulled.startedAt) / 1000;
      if (result.offers === 0) throw new Error(`the pull saw nothing: ${pulled.note}`);
      const note = `${result.offers} offers of ${bytes} bytes, ${result.ticks} ticks; ${parsed} s to fetch, archive, parse and judge`;
      figures.push({
        name: `${name}: request to commit`,
        value: seconds,
        unit: "s",
        limit: 3,
        sense: "at most",
        note,
      });
      figures.push({
        name: `${name}: longest stall of the event loop`,
        value: delay.max / 1e6,
        unit: "ms",
        limit: 50,
        sense: "at most",
      });
    }
    return figures;
  } finally {
    await service.close();
    upstream.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
};
