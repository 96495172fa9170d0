import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatInstant, hour, minute } from "../../src/domain/time.ts";
import { publishIndex } from "../../src/series/index-record.ts";
import { everyGpu } from "../../src/series/studied-gpus.ts";
import { chainRecord } from "../../src/store/chain-record.ts";
import { rows, transaction } from "../../src/store/database.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { type Market, openMarket, present } from "../helpers/market.ts";

let market: Market;
let client: Client;
let head: { seq: number; hash: string };
/** Places of the values that are tampered with: the target, the same an hour later, the same hour of another GPU. */
let [target, later, other, refused]: number[] = [];

const run = (sql: string) => market.tape.database.writer.run(sql);

interface Verification {
  readonly checked: number;
  readonly matched: number;
  readonly record: { head: typeof head; known: typeof head | null; verdict: string; why: string | null };
  readonly next: number | null;
  readonly values: readonly (Record<string, unknown> & { seq: number; why: string | null; hash: string })[];
}
const verify = async (query = "") => (await client.get<Verification>(`/v1/index/verification?${query}`)).data;

const tables = ["index_values", "index_receipts", "index_head"];
const placeOf = async (gpu: string, at: number, where = "value is not null"): Promise<number> => {
  const [row] = await rows(
    market.tape.database.reader,
    `select min(seq) as seq from index_values where gpu = '${gpu}' and purchase = 'on_demand'
       and method = 'weighted_median' and observed_at >= '${formatInstant(at)}'::timestamp and ${where}`,
  );
  return row!.seq as number;
};

beforeAll(async () => {
  market = await openMarket();
  client = await clientOf(market.app);
  for (const now of [present + 5 * minute, present + 2 * hour + 5 * minute]) {
    market.setNow(now);
    await publishIndex(market.context, everyGpu(market.context.reference.gpus), now);
  }
  [target, later, other, refused] = [
    await placeOf("h100-sxm", present),
    await placeOf("h100-sxm", present + hour),
    await placeOf("h100", present),
    await placeOf("rtx-4090", present, "value is null"),
  ];
  for (const table of tables) await run(`create table ${table}_kept as select * from ${table}`);
  head = (await verify()).record.head;
}, 120_000);
afterAll(() => market.close());

const restored = async (): Promise<void> => {
  for (const table of tables) {
    await run(`delete from ${table}`);
    await run(`insert into ${table} select * from ${table}_kept`);
  }
};
const change = (set: string, place = () => target) => {
  return () => run(`update index_values set ${set} where seq = ${place()}`);
};
const of = (place: () => number | undefined, column: string) =>
  `(select ${column} from index_values_kept where seq = ${place()})`;
const copied =
  (seq: string, rest = "") =>
  () =>
    run(
      `insert into index_values select * replace (${seq} as seq ${rest}) from index_values where seq = ${target}`,
    );

type Tamper = [
  name: string,
  tamper: () => Promise<unknown>,
  why: string,
  places: () => (number | undefined)[],
];
const itself = () => [target];

const tampers: Tamper[] = [
  ["a value", change("value = value + 0.01"), "value_differs", itself],
  ["a value to none", change("value = null, reason = 'empty'"), "value_differs", itself],
  ["the lower bound, halved", change("low = low / 2"), "record_differs", itself],
  ["the upper bound", change("high = high * 2"), "record_differs", itself],
  ["a bound to an open one", change("low = null"), "record_differs", itself],
  ["the count of providers", change("n_providers = n_providers + 1"), "record_differs", itself],
  ["the count of listings", change("n_listings = n_listings + 1"), "record_differs", itself],
  ["the count of machines", change("n_machines = n_machines - 1"), "record_differs", itself],
  ["the concentration", change("hhi = hhi / 2"), "record_differs", itself],
  ["the top share", change("top_provider_share = 0.2"), "record_differs", itself],
  ["what was left out", change(`excluded = '{}'`), "record_differs", itself],
  ["the reason of a refusal", change("reason = 'stale'", () => refused), "record_differs", () => [refused]],
  ["a reason beside a value", change("reason = 'gate'"), "record_differs", itself],
  ["the vintage", change("vintage = 'final'"), "record_differs", itself],
  ["the methodology", change("methodology = 'weighted_median/9'"), "record_differs", itself],
  ["the terms", change("purchase = 'spot'"), "record_differs", itself],
  ["the GPU", change("gpu = 'h200'"), "record_differs", itself],
  ["the time, by an hour", change("observed_at = observed_at + interval 1 hour"), "record_differs", itself],
  [
    "the time of publication",
    change("recorded_at = recorded_at - interval 1 hour"),
    "record_differs",
    itself,
  ],
  ["publication into the future", change("recorded_at = '2099-01-01'"), "record_differs", itself],
];
const values =
  "value, low, high, n_providers, n_listings, n_machines, hhi, top_provider_share, excluded, digest";
const take = (from: () => number | undefined, to: () => number | undefined) =>
  run(
    `update index_values set ${values.split(", ").map((name) => `${name} = ${of(from, name)}`)} where seq = ${to()}`,
  );

tampers.push(
  [
    "two hours that change places",
    async () => {
      await run(
        `update index_values set observed_at = ${of(() => later, "observed_at")} where seq = ${target}`,
      );
      await run(
        `update index_values set observed_at = ${of(() => target, "observed_at")} where seq = ${later}`,
      );
    },
    "record_differs",
    () => [target, later],
  ],
  [
    "digest and value of another GPU",
    () =>
      take(
        () => other,
        () => target,
      ),
    "record_differs",
    itself,
  ],
  [
    "the order of two records",
    async () => {
      await run(`update index_values set seq = -1 where seq = ${target}`);
      await run(`update index_values set seq = ${target} where seq = ${later}`);
      await run(`update index_values set seq = ${later} where seq = -1`);
    },
    "record_differs",
    () => [target, later],
  ],
  [
    "a record deleted",
    () => run(`delete from index_values where seq = ${target}`),
    "records_missing",
    () => [target! + 1],
  ],
  ["the first deleted", () => run("delete from index_values where seq = 1"), "records_missing", () => [2]],
  ["a record twice", copied("seq"), "repeated", itself],
  ["a record put in without a place", copied("null::integer"), "not_chained", () => [0]],
  ["a record put in further on", copied("seq + 5000"), "record_differs", () => [target! + 5000]],
  [
    "a hash of its own for a changed record",
    async () => {
      await run(`update index_values set low = low / 2 where seq = ${target}`);
      const [row] = (await verify("all=true")).values.filter(({ seq }) => seq === target);
      await run(`update index_values set hash = '${hashOf(row!)}' where seq = ${target}`);
    },
    "link_differs",
    () => [target! + 1],
  ],
  [
    "the receipts",
    () =>
      run(
        `update index_receipts set receipts = replace(receipts::varchar, 'alpha', 'alfa')::json where digest = ${of(() => target, "digest")}`,
      ),
    "digest_differs",
    () => sameReceipts,
  ],
  [
    "the receipts taken away",
    () => run(`delete from index_receipts where digest = ${of(() => target, "digest")}`),
    "receipts_missing",
    () => sameReceipts,
  ],
);
let sameReceipts: number[] = [];

/** The hash of a served record as the documents say it is made. */
const hashOf = (row: Record<string, unknown>): string => {
  const { hash: _, recomputed: _r, verdict: _v, why: _w, ...fields } = row;
  const sorted = (value: unknown): unknown =>
    value === null || typeof value !== "object"
      ? value
      : Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, each]) => [name, sorted(each)]),
        );
  return createHash("sha256")
    .update(JSON.stringify(sorted(fields)))
    .digest("hex");
};

describe("the record against whoever can write to the file", () => {
  it("holds as it is, and serves what it takes to hash every record again", async () => {
    const { checked, matched, record, values: all, next } = await verify("all=true");
    expect({ matched, next, record }).toEqual({
      ...{ matched: checked, next: null },
      record: { head: { seq: checked, hash: all.at(-1)!.hash }, known: null, verdict: "MATCH", why: null },
    });
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, i) => i + 1));
    for (const [i, row] of all.entries()) {
      expect(hashOf(row)).toBe(row.hash);
      expect(row.previous).toBe(all[i - 1]?.hash ?? null);
    }
    sameReceipts = all.filter(({ digest }) => digest === all[target! - 1]!.digest).map(({ seq }) => seq);
  });

  it.each(tampers)("shows %s", async (_, tamper, why, places) => {
    await tamper();
    const { values: found, checked, matched } = await verify();
    await restored();
    expect(checked - matched).toBe(found.length);
    const seen = found.filter(({ seq }) => places().includes(seq));
    expect([...new Set(seen.map((row) => row.why))]).toContain(why);
    expect(new Set(seen.map(({ seq }) => seq))).toEqual(new Set(places()));
    expect((await verify()).matched).toBe(head.seq);
  });

  it.each([
    ["the last record deleted", () => run(`delete from index_values where seq = ${head.seq}`), "end_missing"],
    ["all of it deleted", () => run("delete from index_values"), "end_missing"],
    ["its noted end deleted", () => run("delete from index_head"), "head_differs"],
    [
      "a record hung on",
      () =>
        run(
          `insert into index_values select * replace (seq + 1 as seq, hash as previous) from index_values where seq = ${head.seq}`,
        ),
      "head_differs",
    ],
  ] as const)("shows %s", async (_, tamper, why) => {
    await tamper();
    const { record } = await verify();
    await restored();
    expect(record).toMatchObject({ verdict: "MISMATCH", why });
  });

  it("shows a record that was written anew throughout to whoever noted a hash of it", async () => {
    const { writer } = market.tape.database;
    await run(`delete from index_values where seq = ${target}`);
    await run("delete from index_head");
    await transaction(writer, () => chainRecord(writer));
    const alone = await verify();
    const noted = await verify(`head=${head.hash}`);
    await restored();
    expect(alone).toMatchObject({
      matched: head.seq - 1,
      checked: head.seq - 1,
      record: { verdict: "MATCH" },
    });
    expect(noted.record).toMatchObject({ known: null, verdict: "MISMATCH", why: "head_unknown" });
    expect((await verify(`head=${head.hash}`)).record).toMatchObject({ known: head, verdict: "MATCH" });
  });

  it("shows what is missing before the values that are asked for, and goes through the record in parts", async () => {
    await run(`delete from index_values where seq = ${target}`);
    const narrow = await verify("gpu=a100&method=votes");
    await restored();
    expect(narrow.values.map(({ seq, why }) => [seq, why])).toEqual([[target! + 1, "records_missing"]]);
    let [after, checked, parts]: [number | null, number, number] = [0, 0, 0];
    while (after !== null) {
      const part: Verification = await verify(`limit=7&after=${after}`);
      expect(part.matched).toBe(part.checked);
      expect(part.checked).toBeLessThanOrEqual(7);
      [after, checked, parts] = [part.next, checked + part.checked, parts + 1];
    }
    expect([checked, parts]).toEqual([head.seq, Math.ceil(head.seq / 7)]);
  });
});
