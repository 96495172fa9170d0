import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { get, offersOf, post, type SourceRow, sourcesOf } from "../helpers/client.ts";
import { type MovingClock, movingClock } from "../helpers/clock.ts";
import { type Program, startProgram, type Workspace, workspace } from "../helpers/program.ts";
import { missingBodies, sqlRows, tapeFaults } from "../helpers/tape-sql.ts";
import { until } from "../helpers/until.ts";
import { startUpstream, type Upstream } from "../helpers/upstream.ts";
import { hasSamples, noSamples, samplesFolder } from "../helpers/venue-rows.ts";
import { venueIds } from "../helpers/venues.ts";

test.skipIf(hasSamples())("recorded samples are not here, so the job does not run on them", ({ skip }) => {
  skip(noSamples);
});

/** Four venues are down when the program starts for the first time; then they come back. */
describe.skipIf(!hasSamples())("the job on recorded samples", () => {
  const hours = 3_600_000;
  const broken = { azure: "status", oci: "hang", vultr: "truncate", akash: "garbage" } as const;
  const live = { akash: 5, azure: 3, lium: 4, oci: 16, runpod: 5, vast: 59, verda: 6, vultr: 7 };
  let space: Workspace;
  let clock: MovingClock;
  let upstream: Upstream;
  let program: Program;

  const pulled = (which: (row: SourceRow) => boolean) =>
    until("every venue was pulled", async () => {
      const rows = await sourcesOf(program.url);
      return venueIds.every((id) => which(rows[id]!)) && rows;
    });

  beforeAll(async () => {
    space = workspace();
    clock = movingClock(space.folder);
    upstream = await startUpstream({ samples: samplesFolder, clock: clock.now });
    for (const [id, behaviour] of Object.entries(broken)) upstream.behave(id, behaviour);
    program = await startProgram([], {
      ...upstream.env,
      ...clock.env,
      GPUTAPE_DB: space.db,
      GPUTAPE_ENABLE: "vast,runpod",
      VERDA_CLIENT_ID: "somebody",
      VERDA_CLIENT_SECRET: "something-secret",
    });
  });

  afterAll(async () => {
    await program?.stop();
    await upstream?.close();
    space?.remove();
  });

  test("the venues that are up serve while four are down", async () => {
    clock.forward(60_000);
    const rows = await pulled((row) => row.last_pull_at !== null);
    for (const id of Object.keys(broken)) {
      expect(rows[id], id).toMatchObject({ status: "failing", last_ok_at: null, live: 0 });
      expect(rows[id]!.error, id).toMatch(/answered 500|timed out|took longer|broke off|not JSON/);
    }
    for (const id of ["lium", "runpod", "vast", "verda"] as const)
      expect(rows[id], id).toMatchObject({ status: "ok", live: live[id] });
    expect(await get(`${program.url}/readyz`)).toMatchObject({ status: 200 });
    const quote = await post<{ legs: { source: string }[] }>(`${program.url}/v1/quotes`, {
      gpu: "h100-sxm",
      gpus: 8,
      hours: 24,
    });
    expect(quote.data.legs.length).toBeGreaterThan(0);
  });

  test("those that were down are collected when they come back", async () => {
    const before = await sourcesOf(program.url);
    for (const id of Object.keys(broken)) upstream.behave(id, "ok");
    clock.forward(13 * hours);
    await until("every venue was pulled again", async () => {
      const rows = await sourcesOf(program.url);
      return venueIds.every((id) => rows[id]!.last_pull_at !== before[id]!.last_pull_at);
    });
    const rows = await sourcesOf(program.url);
    for (const [id, count] of Object.entries(live)) {
      expect(rows[id], id).toMatchObject({ status: "ok", live: count });
      expect(rows[id]!.completeness, id).toBe(id === "vast" ? "partial" : "complete");
    }
    const offers = await offersOf(program.url);
    const unknown = offers.filter(({ gpu }) => gpu.startsWith("unknown:"));
    expect(unknown.map(({ gpu_raw: name }) => name).sort()).toEqual(["E4"]);
    const curve = await get<{ steps: unknown[] }>(`${program.url}/v1/curves/supply?gpu=h100-sxm`);
    expect(curve.data.steps.length).toBeGreaterThan(5);
  });

  test("the tape has a row of every pull and nothing by half", async () => {
    expect((await program.stop()).code).toBe(0);
    const rows = await sqlRows(
      space,
      "select source, string_agg(status::varchar, ' ' order by pull_no) as story from pulls group by source",
    );
    const story = Object.fromEntries(rows.map((row) => [row.source, row.story]));
    for (const id of Object.keys(broken)) expect(story[id], id).toBe("failed complete");
    expect(story).toMatchObject({ lium: "complete complete", verda: "complete complete" });
    expect(await missingBodies(space)).toEqual([]);
    expect(await tapeFaults(space)).toEqual({});
  });
});
