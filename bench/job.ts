import { ensureBuilt } from "../test/helpers/build.ts";
import { get, type OfferRow, post, type SourceRow, sourcesOf } from "../test/helpers/client.ts";
import { type MovingClock, movingClock } from "../test/helpers/clock.ts";
import { type Program, startProgram, type Workspace, workspace } from "../test/helpers/program.ts";
import { missingBodies, sqlRows, tapeFaults } from "../test/helpers/tape-sql.ts";
import { until } from "../test/helpers/until.ts";
import { type Behaviour, startUpstream, type Upstream } from "../test/helpers/upstream.ts";
import { venueIds } from "../test/helpers/venues.ts";
import { seeded } from "./synthetic.ts";

/*
 * A day of the program in minutes: each hour venues break and heal by chance and prices move; each hour the book
 * must show the last good pull of every source, and at the end the tape must tell each hour as it was told then.
 */

const hour = 3_600_000;
const faults: readonly Behaviour[] = ["status", "hang", "truncate", "garbage", "noise", "empty"];
const chanceOfFault = 0.3;

interface Day {
  readonly space: Workspace;
  readonly clock: MovingClock;
  readonly upstream: Upstream;
  readonly program: Program;
  readonly random: () => number;
  /** Prices at a factor of 1, by listing. */
  readonly base: Map<string, number>;
  /** Factor of each source's last good pull. */
  readonly seen: Map<string, number>;
  readonly complaints: string[];
}

interface Told {
  readonly at: string;
  readonly book: string;
}

const snapshot = (rows: readonly OfferRow[]): string =>
  rows.map(({ listing_id: id, usd_per_gpu_hour: usd }) => `${id} ${usd}`).join("\n");

const book = async ({ program }: Day, query = ""): Promise<readonly OfferRow[]> =>
  (await get<OfferRow[]>(`${program.url}/v1/offers?limit=10000${query}`)).data;

/** Waits until no pull is under way or about to begin, so that an hour can pass between two pulls. */
const atRest = ({ program, clock }: Day): Promise<boolean> =>
  until("nothing is being pulled", async () => {
    const rows = Object.values(await sourcesOf(program.url));
    return rows.every(
      (row) => row.next_pull_at === null || Date.parse(row.next_pull_at) > clock.now() + 2000,
    );
  });

/** Waits until every source that is due was pulled, and returns those with their rows. */
const pulled = async ({ program, clock }: Day): Promise<SourceRow[]> => {
  const before = await sourcesOf(program.url);
  const due = Object.values(before).filter(
    (row) => row.next_pull_at !== null && Date.parse(row.next_pull_at) <= clock.now(),
  );
  return until(
    "every due source was pulled",
    async () => {
      const now = await sourcesOf(program.url);
      const rows = due.map(({ source }) => now[source]!);
      return rows.every((row) => row.last_pull_at !== before[row.source]!.last_pull_at) && rows;
    },
    120_000,
  );
};

const checkBook = (day: Day, rows: readonly OfferRow[], step: number): void => {
  for (const { source, listing_id: id, usd_per_gpu_hour: usd } of rows) {
    const factor = day.seen.get(source);
    if (factor === undefined) continue;
    const base = day.base.get(id) ?? usd / factor;
    day.base.set(id, base);
    if (Math.abs(usd / base / factor - 1) > 1e-3)
      day.complaints.push(`hour ${step}: ${source} ${id} at ${usd}, not ${base * factor}`);
  }
};

const live = async (day: Day, step: number): Promise<Told> => {
  const { upstream, clock, program, random } = day;
  const factor = 1 + step / 100;
  const broken = new Map<string, Behaviour>();
  if (step > 0) await atRest(day);
  for (const id of venueIds) {
    if (step > 0 && random() < chanceOfFault) broken.set(id, faults[Math.floor(random() * faults.length)]!);
    upstream.behave(id, broken.get(id) ?? "ok");
  }
  upstream.reprice(factor);
  clock.forward(hour);
  const rows = await pulled(day);
  for (const { source, status, error } of rows) {
    if (status === "failing" && !error) day.complaints.push(`hour ${step}: ${source} fails without a word`);
    if ((status === "failing") !== broken.has(source))
      day.complaints.push(`hour ${step}: ${source} is ${status} while it is ${broken.get(source) ?? "ok"}`);
    if (status !== "failing" && venueIds.includes(source)) day.seen.set(source, factor);
  }
  const offers = await book(day);
  checkBook(day, offers, step);
  const ready = await get(`${program.url}/readyz`);
  const quote = await post(`${program.url}/v1/quotes`, { gpu: "rtx-4090", gpus: 2, hours: 3 });
  if (ready.status !== 200 || quote.status !== 200)
    day.complaints.push(`hour ${step}: readyz ${ready.status}, quote ${quote.status}`);
  const failing = rows.filter(({ status }) => status === "failing").map(({ source }) => source);
  process.stdout.write(
    `hour ${String(step).padStart(2)}: ${rows.length} pulled, ${offers.length} offers, failing ${failing.join(", ") || "none"}\n`,
  );
  clock.forward(1000);
  return { at: new Date(clock.now()).toISOString(), book: snapshot(offers) };
};

const retell = async (day: Day, told: readonly Told[]): Promise<void> => {
  for (const { at, book: then } of told) {
    const now = snapshot(await book(day, `&at=${at}&as_of=${at}`));
    if (now !== then) day.complaints.push(`${at} is told otherwise now than it was then`);
  }
};

/** Runs `hours` of the market and returns what was wrong. */
export const liveThrough = async (hours: number, seed: number): Promise<readonly string[]> => {
  const space = workspace();
  const clock = movingClock(space.folder);
  const upstream = await startUpstream({ clock: clock.now });
  const program = await startProgram([], {
    ...upstream.env,
    ...clock.env,
    GPUTAPE_DB: space.db,
    GPUTAPE_ENABLE: "vast,runpod",
    GPUTAPE_HTTP_ATTEMPT_MS: "1500",
    GPUTAPE_HTTP_TOTAL_MS: "4000",
  });
  const complaints: string[] = [];
  const day: Day = {
    ...{ space, clock, upstream, program, complaints },
    random: seeded(seed),
    base: new Map(),
    seen: new Map(),
  };
  const told: Told[] = [];
  try {
    for (let step = 0; step < hours; step++) told.push(await live(day, step));
    await retell(day, told);
    const { code } = await program.stop();
    if (code !== 0) complaints.push(`the program ended with ${code}`);
    complaints.push(...Object.entries(await tapeFaults(space)).map(([fault, n]) => `${n} ${fault}`));
    complaints.push(...(await missingBodies(space)).map((sha) => `the archive lacks ${sha}`));
    const pulls = await sqlRows(
      space,
      "select status::varchar as status, count(*)::integer as pulls, sum(ticks)::integer as ticks from pulls group by all order by 1",
    );
    process.stdout.write(`${JSON.stringify(pulls)}; ${told.length} hours told again\n`);
    return complaints;
  } finally {
    await program.kill();
    await upstream.close();
    space.remove();
  }
};

export const run = async (): Promise<boolean> => {
  await ensureBuilt();
  const complaints = await liveThrough(24, 1);
  for (const complaint of complaints) process.stdout.write(`wrong: ${complaint}\n`);
  return complaints.length === 0;
};
