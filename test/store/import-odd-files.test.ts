import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Importer, openImporter } from "../helpers/import.ts";

let to: Importer;
beforeEach(async () => {
  to = await openImporter();
});
afterEach(() => to.close());

const header = "observed_at,provider,gpu_name,price_usd_hour";
const row = (provider: string, usd: string | number = 0.8): string => `2026-01-01,${provider},L4,${usd}`;
const object = { timestamp: "2026-01-01", provider: "aws", gpu: "L4", price: 0.8 };
const rawTexts = async () =>
  (await to.query("select raw from rejects order by raw")).map(({ raw }) => JSON.parse(raw as string));

/** Writes files below a folder of their own and gives it. */
const folderOf = (files: Readonly<Record<string, string | Uint8Array>>): string => {
  const folder = join(dirname(to.write("beside", "")), "folder");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

describe("a file is read", () => {
  const text = [header, row("aws"), row("gcp")].join("\n");
  it.each<[string, string, string | Uint8Array]>([
    ["with a byte order mark", "a.csv", `\uFEFF${text}`],
    ["with lines of another system", "a.csv", `${text}\n`.replaceAll("\n", "\r\n")],
    ["with both, packed", "a.csv.gz", gzipSync(`\uFEFF${text}`.replaceAll("\n", "\r\n"))],
    ["with semicolons", "a.csv", text.replaceAll(",", ";")],
    ["with tabs", "a.tsv", text.replaceAll(",", "\t")],
    ["with remarks ahead and blank lines", "a.csv", `# of a program\n${text.replace("\n", "\n\n")}\n\n`],
    [
      "with quotes, commas and breaks in cells",
      "a.csv",
      text
        .replace(/^2026/gm, '"two\nlines, ""quoted""",2026')
        .replace("observed_at", '"a, note",observed_at'),
    ],
    [
      "with names there twice",
      "a.csv",
      text.replace("price_usd_hour", "price_usd_hour,gpu_name").replace(/0\.8/g, "0.8,H100"),
    ],
    [
      "as JSON with a byte order mark",
      "a.json",
      `\uFEFF${JSON.stringify([object, { ...object, provider: "gcp" }])}`,
    ],
    [
      "as JSON of several objects",
      "a.json",
      `${JSON.stringify(object)}\n${JSON.stringify({ ...object, provider: "gcp" })}`,
    ],
  ])("%s", async (_what, name, content) => {
    expect(await to.file(to.write(name, content))).toMatchObject({ rows: 2, kept: 2, rejects: 0 });
    const offers = to.tape
      .book()
      .offers.map(({ provider, gpu, usdPerGpuHour }) => [provider, gpu, usdPerGpuHour])
      .sort();
    expect(offers).toEqual([
      ["aws", "l4", 0.8],
      ["gcp", "l4", 0.8],
    ]);
  });

  it("by the column of the very name where another one is like it", async () => {
    await to.lines(`observed_at,provider,GPU Name,gpu_name,price_usd_hour\n2026-01-01,aws,H100,L4,0.8`);
    expect(to.tape.book().offers[0]).toMatchObject({ gpu: "l4" });
  });
});

describe("odd cells", () => {
  it("cost their row, with its own text, and no other", async () => {
    const result = await to.lines(
      [
        header,
        row("aws"),
        "2026-01-01,gcp",
        row("oci", "inf"),
        "2026-01-01,ovh,L4,1,2,3",
        row("Ünï 東京", "NaN"),
      ].join("\n"),
    );
    expect(result).toMatchObject({ rows: 5, kept: 2, without_price: 1, rejects: 3 });
    expect(result.reject_reasons).toEqual({ bad_line: 2, bad_price: 1 });
    expect(await rawTexts()).toEqual([
      { "@text": "2026-01-01,gcp", "@file": "prices.csv", "@line": 3 },
      { "@text": "2026-01-01,ovh,L4,1,2,3", "@file": "prices.csv", "@line": 5 },
      {
        observed_at: "2026-01-01",
        provider: "oci",
        gpu_name: "L4",
        price_usd_hour: "inf",
        "@file": "prices.csv",
        "@row": 2,
      },
    ]);
  });

  it("of Parquet are JSON in the text of a reject, also where they are no numbers", async () => {
    const path = to.write("odd.parquet", "");
    await to.tape.database.writer.run(
      `copy (select timestamp_ns '2026-01-01' as timestamp, 'aws' as provider, 'L4' as gpu, 'inf'::double as price,
        'nan'::float as "x y", [1] as tags) to '${path}' (format parquet)`,
    );
    expect(await to.file(path)).toMatchObject({ rows: 1, rejects: 1, reject_reasons: { bad_price: 1 } });
    expect(await rawTexts()).toMatchObject([{ price: "inf", "x y": "nan", tags: [1], "@row": 1 }]);
  });

  it("of JSON that are no object are rows too", async () => {
    const text = JSON.stringify([1, "x", null, [2], object]);
    expect(await to.file(to.write("a.json", text))).toMatchObject({ rows: 5, kept: 1, rejects: 4 });
    expect((await rawTexts()).map((raw) => raw["@value"])).toEqual(["x", 1, [2], null]);
  });
});

describe("a file that holds nothing", () => {
  it.each([
    ["no byte", "a.csv", ""],
    ["blank lines", "a.csv", "\n\n"],
    ["no item", "a.json", "[]"],
    ["an empty list in an object", "a.json", '{"n": 0, "data": []}'],
    ["no line", "a.jsonl", ""],
  ])("says so: %s", async (_what, name, text) => {
    await expect(to.file(to.write(name, text))).rejects.toMatchObject({
      code: "bad_input",
      message: expect.stringMatching(/^FILE: .*a\.\w+ holds no row and no names of columns/),
    });
  });

  it("is no fault among others, and no rows are none", async () => {
    const folder = folderOf({
      "a.csv": [header, row("aws")].join("\n"),
      "b.csv": header,
      "c.csv": "",
      "d/e.json": "[]",
      "readme.md": "prices",
    });
    const result = await to.file(folder);
    expect(result).toMatchObject({ rows: 1, kept: 1, rejects: 0 });
    expect(result.files.map(({ rows }) => rows)).toEqual([1, 0, 0, 0]);
    expect(result.skipped_files).toEqual([join(folder, "readme.md")]);
    expect(await to.file(join(folder, "b.csv"))).toMatchObject({ rows: 0, kept: 0, rejects: 0, pulls: 0 });
  });
});

describe("a file that cannot be read is named", () => {
  const good = [header, row("aws"), row("gcp")].join("\n");
  it.each<[string, string, string | Uint8Array, RegExp]>([
    [
      "mixed ends of lines",
      "x.csv",
      good.replace("\n", "\r\n"),
      /its lines end in different ways; write them all alike/,
    ],
    [
      "another encoding",
      "x.csv",
      Buffer.from(`\uFEFF${good}`, "utf16le"),
      /is written in UTF-16; write it in UTF-8/,
    ],
    [
      "lines in another encoding",
      "x.jsonl",
      Buffer.from(JSON.stringify({ ...object, provider: "mü" }), "latin1"),
      /it is not UTF-8; write it in UTF-8/,
    ],
    ["half a list", "x.json", '[{"timestamp": ', /Malformed JSON/],
    ["not packed", "x.csv.gz", good, /incorrect header check/],
    ["no Parquet", "x.parquet", good, /Parquet|magic|too small/i],
    ["no rows of objects", "x.json", "[1, 2]", /lacks the columns .* it has none/],
  ])("%s", async (_what, name, text, cause) => {
    const folder = folderOf({ "a.csv": good, [name]: text });
    const refused = expect(to.file(folder)).rejects;
    await refused.toMatchObject({ code: "bad_input", message: expect.stringMatching(cause) });
    await refused.toMatchObject({ message: expect.stringContaining(join(folder, name)) });
    expect(await to.query("select * from pulls")).toEqual([]);
  });
});
