import { afterAll, beforeAll, expect, test } from "vitest";
import { mainFile } from "../helpers/build.ts";
import { offersOf, sourcesOf } from "../helpers/client.ts";
import { type MovingClock, movingClock } from "../helpers/clock.ts";
import { launch, runCli, startProgram, type Workspace, workspace } from "../helpers/program.ts";
import { type SmallDisk, smallDisk } from "../helpers/small-disk.ts";
import { sqlRows, tapeFaults } from "../helpers/tape-sql.ts";
import { until } from "../helpers/until.ts";
import { startUpstream, type Upstream } from "../helpers/upstream.ts";

/** A disk without room: the write fails with a word on it, what was there stays, and room makes it go on. */

const minutes = 60_000;
const others = "akash,azure,ecb,list-prices,oci,verda,vultr";
let space: Workspace;
let disk: SmallDisk | null;
let clock: MovingClock;
let upstream: Upstream;

beforeAll(async () => {
  space = workspace();
  disk = smallDisk(space.file("disk"), 12);
  clock = movingClock(space.folder);
  upstream = await startUpstream({ nodes: 3000, clock: clock.now });
});

afterAll(async () => {
  await upstream?.close();
  disk?.unmount();
  space?.remove();
});

const at = (name: string): Workspace => ({
  ...space,
  db: `${disk!.folder}/${name}.duckdb`,
  archive: `${disk!.folder}/${name}-archive`,
});
const envOf = (tape: Workspace) => ({
  ...upstream.env,
  ...clock.env,
  GPUTAPE_DB: tape.db,
  GPUTAPE_DISABLE: `${upstream.env.GPUTAPE_DISABLE},${others}`,
});
const kept = (tape: Workspace) =>
  sqlRows(
    tape,
    "select (select count(*) from pulls)::integer as pulls, count(*)::integer as ticks from ticks",
  );

/** The market moves and five minutes pass twice. */
const move = (factor: number): void => {
  upstream.reprice(factor);
  clock.forward(10 * minutes);
};

test("a command that runs out of room says so and loses nothing", async ({ skip }) => {
  if (!disk) return skip("a small disk can only be mounted by root");
  const tape = at("command");
  expect(await runCli(["collect", "lium"], envOf(tape))).toMatchObject({ code: 0 });
  const before = await kept(tape);
  for (const leave of [0, 150_000]) {
    disk.fill(leave);
    move(1 + (leave + 1) / 1e6);
    const { code, stderr } = await runCli(["collect", "lium"], envOf(tape));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^disk_full: .*the disk is full; nothing of this write was kept, free some space/);
    expect(await kept(tape)).toEqual(before);
  }
  disk.free();
  expect(await runCli(["collect", "lium"], envOf(tape))).toMatchObject({ code: 0 });
  expect(await kept(tape)).toEqual([{ pulls: 2, ticks: 6000 }]);
  expect(await tapeFaults(tape)).toEqual({});
});

test("a write that has room is done, though the tidying after it has none", async ({ skip }) => {
  if (!disk) return skip("a small disk can only be mounted by root");
  const tape = at("tidying");
  expect(await runCli(["collect", "lium"], envOf(tape))).toMatchObject({ code: 0 });
  for (const leave of [400_000, 600_000]) {
    const [before] = await kept(tape);
    disk.fill(leave);
    move(2 + leave / 1e6);
    const { code } = await runCli(["collect", "lium"], envOf(tape));
    const [after] = await kept(tape);
    expect(Number(after!.pulls) - Number(before!.pulls), `${leave} bytes free`).toBe(code === 0 ? 1 : 0);
    disk.free();
  }
  expect(await tapeFaults(tape)).toEqual({});
});

test("a server without room serves what it has and collects again when there is some", async ({ skip }) => {
  if (!disk) return skip("a small disk can only be mounted by root");
  const tape = at("server");
  const program = await startProgram([], envOf(tape));
  const lium = async () => (await sourcesOf(program.url)).lium!;
  try {
    await until("lium was pulled", async () => (await lium()).live === 3000);
    const [first] = await offersOf(program.url, "limit=1");
    disk.fill(0);
    move(3);
    const failed = await until("a pull failed", async () => {
      const row = await lium();
      return row.status === "failing" && row;
    });
    expect(failed.error).toMatch(/no space left on device/);
    expect(failed.live).toBe(3000);
    expect((await fetch(`${program.url}/readyz`)).status).toBe(200);
    expect((await offersOf(program.url, "limit=1"))[0]!.usd_per_gpu_hour).toBe(first!.usd_per_gpu_hour);
    disk.free();
    move(3);
    await until("lium is pulled again", async () => (await lium()).status === "ok");
    const [now] = await offersOf(program.url, "limit=1");
    expect(now!.usd_per_gpu_hour).toBeCloseTo((first!.usd_per_gpu_hour * 3) / 2.7, 1);
  } finally {
    expect((await program.stop()).code).toBe(0);
  }
  expect(await tapeFaults(tape)).toEqual({});
});

test("a limit on the size of files is no worse than a full disk", async () => {
  const tape = { ...space, db: space.file("limited.duckdb"), archive: space.file("limited-archive") };
  const env = { ...envOf(tape) };
  expect(await runCli(["collect", "lium"], env)).toMatchObject({ code: 0 });
  const before = await kept(tape);
  move(4);
  const limited = `ulimit -f 64; exec "${process.execPath}" "${mainFile}" collect lium`;
  const ended = await launch("sh", ["-c", limited], env).ended;
  expect(ended.code).not.toBe(0);
  expect((await kept(tape))[0]!.ticks).toBe(before[0]!.ticks);
  expect(await tapeFaults(tape)).toEqual({});
  expect(await runCli(["collect", "lium"], env)).toMatchObject({ code: 0 });
});
