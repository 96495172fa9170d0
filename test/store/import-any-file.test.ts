import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ImportResult } from "../../src/store/import-file.ts";
import { type Importer, openImporter } from "../helpers/import.ts";

const cell = (...values: string[]) => fc.constantFrom(...values, ...values, "", "nan");
const row = fc.record(
  {
    timestamp: cell("2026-01-01", "2026-01-02T03:00:00Z", "1767225600", "2030-01-01", "soon"),
    provider: cell("aws", "RunPod Secure", "Ünï 東京"),
    gpu: cell("H100", "L4", "XPU"),
    gpu_count: cell("1", "8", "0", "1.5", "-1", "inf"),
    price: cell("2", "3.5", "-1", "0", "inf", "1e999", "two", '"'),
    spot_price: cell("1", "0", "x"),
    currency: cell("USD", "usd", "EUR", "EURO"),
    kind: cell("spot", "on-demand", "serverless", "gift"),
    "a, note": fc.constantFrom("", "two\nlines", 'a "quote"', "東京; x"),
  },
  { noNullPrototype: true },
);
type Row = Record<string, string>;

const file = fc.record({
  rows: fc.array(row, { maxLength: 25 }) as fc.Arbitrary<Row[]>,
  /** Lines that are no rows, by the number of the row that they stand ahead of. */
  odd: fc.uniqueArray(
    fc.record({ at: fc.nat(25), text: fc.constantFrom("a,b", "x", "1,2,3,4,5,6,7,8,9,10,11,12") }),
    {
      maxLength: 3,
      selector: ({ at }) => at,
    },
  ),
  form: fc.constantFrom("csv", "csv", "json", "wrapped", "lines"),
  mark: fc.constantFrom("", "\uFEFF"),
  end: fc.constantFrom("\n", "\r\n"),
  twice: fc.boolean(),
  packed: fc.boolean(),
});
type File = typeof file extends fc.Arbitrary<infer T> ? T : never;

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** The file and how many of its lines are no rows. */
const written = ({ rows, odd, form, mark, end, twice, packed }: File) => {
  const hasLines = form === "csv" || form === "lines";
  const lost = hasLines ? odd.filter(({ at }) => at <= rows.length) : [];
  const linesOf = (line: (each: Row) => string): string[] =>
    [...rows.map(line), ""].flatMap((text, i) => [
      ...lost.filter(({ at }) => at === i).map((each) => each.text),
      text,
    ]);
  const names = [
    "timestamp",
    "provider",
    "gpu",
    "gpu_count",
    "price",
    "spot_price",
    "currency",
    "kind",
    "a, note",
  ];
  const columns = twice ? [...names, "price"] : names;
  const text = {
    csv: () =>
      [
        columns.map(quoted).join(","),
        ...linesOf((each) => columns.map((name) => quoted(each[name]!)).join(",")),
      ].join(end),
    json: () => JSON.stringify(rows),
    wrapped: () => JSON.stringify({ n: rows.length, data: rows }),
    lines: () => linesOf((each) => JSON.stringify(each)).join(end),
  }[form]();
  const name = `x.${form === "wrapped" ? "json" : form === "lines" ? "jsonl" : form}${packed ? ".gz" : ""}`;
  return { name, content: packed ? gzipSync(mark + text) : mark + text, lost: lost.length };
};

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((all, n) => all + n, 0);

/** What is refused stands with the row as the file has it, under the pull of its provider and time or under that of its file. */
const checkBooked = async (
  { query }: Importer,
  rows: readonly Row[],
  result: ImportResult,
): Promise<void> => {
  const booked = await query(
    "select source, epoch_ms(observed_at)::double as at, reason, raw from rejects join pulls using (pull_no)",
  );
  expect(booked).toHaveLength(result.rejects + sum(result.refused_prices));
  for (const { source, at, reason, raw } of booked) {
    const told = JSON.parse(raw as string);
    if (reason === "bad_line") continue;
    const own = rows[told["@row"] - 1]!;
    for (const [name, text] of Object.entries(own))
      expect(told[name] ?? "").toBe(told[name] === null && text === "nan" ? "" : text);
    if (source === "import/unplaced") continue;
    const instant = own.timestamp === "1767225600" ? 1767225600000 : Date.parse(own.timestamp!);
    expect([source, at]).toEqual([
      `import/${{ "RunPod Secure": "runpod" }[own.provider!] ?? own.provider!.toLowerCase()}`,
      instant,
    ]);
  }
};

describe("any file", () => {
  it("has as many rows as are kept and refused, each refusal with its own text under its own pull", async () => {
    await fc.assert(
      fc.asyncProperty(file, async (each) => {
        const own = await openImporter();
        try {
          const { name, content, lost } = written(each);
          const path = own.write(name, content);
          // Only CSV has names of columns without a row.
          if (each.form !== "csv" && each.rows.length === 0) {
            await expect(own.file(path)).rejects.toMatchObject({ code: "bad_input" });
            return;
          }
          const result = await own.file(path);
          expect(result.rows).toBe(each.rows.length + lost);
          expect(result.kept + result.rejects).toBe(result.rows);
          expect(sum(result.reject_reasons)).toBe(result.rejects);
          expect(result.reject_reasons.bad_line ?? 0).toBe(lost);
          await checkBooked(own, each.rows, result);
          const [seen] = await own.query(
            "select coalesce(sum(offers), 0)::integer as offers, coalesce(sum(rejects), 0)::integer as rejects from pulls",
          );
          expect(seen!.rejects).toBe(result.rejects + sum(result.refused_prices));
          expect(seen!.offers as number).toBeGreaterThanOrEqual(result.kept - result.without_price);
        } finally {
          await own.close();
        }
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});
