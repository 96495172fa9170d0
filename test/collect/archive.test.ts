import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { archivePayload, readPayload } from "../../src/collect/archive.ts";
import type { RawPayload } from "../../src/sources/source.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gputape-archive-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const payload = (body: string, name = "types"): RawPayload => ({
  name,
  url: "https://example.org/types",
  status: 200,
  contentType: "application/json",
  body,
  fetchedAt: 123,
});
const files = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile());

describe("the archive", () => {
  it("gives back what was put in, letters of all kinds included", async () => {
    const raw = payload('{"gpu":"H100 — 80 GiB 💥"}');
    const record = await archivePayload(folder, raw);
    expect(record).toMatchObject({
      name: "types",
      status: 200,
      fetchedAt: 123,
      bytes: Buffer.byteLength(raw.body),
    });
    expect(JSON.stringify(record)).not.toContain("H100");
    expect(await readPayload(folder, JSON.parse(JSON.stringify(record)))).toEqual(raw);
    expect(await readPayload(folder, await archivePayload(folder, payload("")))).toEqual(payload(""));
  });

  it("stores a body once, under its own hash, however often and at once it comes", async () => {
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, i) => archivePayload(folder, payload("same", `${i}`))),
    );
    expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(files()).toHaveLength(1);
    const { sha256 } = all[0]!;
    expect(files()[0]).toBe(join(folder, sha256.slice(0, 2), `${sha256}.gz`));
    expect(gunzipSync(readFileSync(files()[0]!)).toString()).toBe("same");
    const before = statSync(files()[0]!).mtimeMs;
    await archivePayload(folder, payload("same"));
    expect(statSync(files()[0]!).mtimeMs).toBe(before);
  });

  it.each<[string, (packed: Buffer) => Buffer]>([
    ["another body in its place", () => gzipSync("something else")],
    ["a cut file", (packed) => packed.subarray(0, packed.length - 5)],
    ["an empty file", () => Buffer.alloc(0)],
    ["what is no gzip", () => Buffer.from("plain text")],
  ])("notices %s", async (_what, damage) => {
    const record = await archivePayload(folder, payload("a body that is long enough to be cut"));
    const [file] = files();
    writeFileSync(file!, damage(readFileSync(file!)));
    await expect(readPayload(folder, record)).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining(record.sha256),
    });
  });

  it("says what it lacks", async () => {
    const record = await archivePayload(folder, payload("gone"));
    rmSync(files()[0]!);
    await expect(readPayload(folder, record)).rejects.toMatchObject({ code: "not_found" });
  });
});
