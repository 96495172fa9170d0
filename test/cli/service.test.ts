import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openService, type Service } from "../../src/cli/service.ts";
import { readConfig } from "../../src/config.ts";
import { sources } from "../../src/sources/index.ts";

let folder: string;
let service: Service;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gputape-service-"));
  const config = readConfig({ GPUTAPE_DB: join(folder, "tape.duckdb"), GPUTAPE_LOG_LEVEL: "silent" });
  service = await openService({ config, clock: () => Date.UTC(2026, 7, 7, 12) });
});
afterEach(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

describe("what runs over a tape", () => {
  it("fits nothing after a pull unless it serves", async () => {
    const refresh = vi.spyOn(service.studies, "refresh");
    const source = sources.find(({ id }) => id === "list-prices")!;
    const { result } = await service.collector.pull(source);
    expect(result.offers).toBeGreaterThan(100);
    expect(refresh).not.toHaveBeenCalled();
    service.standing.start({ publishes: false });
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it("measures fits, those that failed apart", async () => {
    const app = await service.app();
    await expect(service.fits.run("indexBounds", [() => 1] as never)).rejects.toThrow(/cloned/);
    await service.fits.run("indexBounds", []);
    const { body } = await app.inject("/metrics");
    for (const status of ["done", "failed"])
      expect(body).toContain(`gputape_fit_seconds_count{task="indexBounds",status="${status}"} 1`);
    await app.close();
  });
});
