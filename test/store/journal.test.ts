import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { breathe } from "../../src/breathe.ts";
import { silentLogger } from "../../src/log.ts";
import { openDatabase, rows } from "../../src/store/database.ts";
import { type JournalEntry, openJournal } from "../../src/store/journal.ts";
import { t0 } from "../helpers/tape.ts";

const entry = (id: string, changes: Partial<JournalEntry> = {}): JournalEntry => ({
  id,
  kind: "quote",
  answeredAt: t0 + 123,
  bookVersion: 7,
  request: { gpu: "h100", note: 'it\'s "quoted"' },
  answer: { legs: [{ usd: 1.28 }], nothing: null },
  ...changes,
});
const open = async () => {
  const database = await openDatabase(":memory:");
  return { database, journal: openJournal(database, silentLogger()) };
};

describe("the journal", () => {
  it("finds an entry at once and after it is written, just as it was", async () => {
    const { database, journal } = await open();
    expect(journal.keep(entry("q_1"))).toBe(true);
    expect(await journal.find("q_1")).toEqual(entry("q_1"));
    expect(await rows(database.reader, "select * from journal")).toEqual([]);
    await journal.flush();
    expect(await journal.find("q_1")).toEqual(entry("q_1"));
    const again = openJournal(database, silentLogger());
    expect(await again.find("q_1")).toEqual(entry("q_1"));
    expect(await again.find("q_2")).toBeNull();
  });

  it("writes in order, once, and nothing when there is nothing", async () => {
    const { database, journal } = await open();
    await journal.flush();
    for (let i = 0; i < 5; i++) journal.keep(entry(`q_${i}`));
    await Promise.all([journal.flush(), journal.flush()]);
    await journal.flush();
    expect((await rows(database.reader, "select id from journal")).map(({ id }) => id)).toEqual([
      ...["q_0", "q_1", "q_2", "q_3", "q_4"],
    ]);
  });

  it("is bounded: what does not fit is not kept and said not to be", async () => {
    const { journal, database } = await open();
    let kept = 0;
    while (journal.keep(entry(`q_${kept}`)) && kept < 100_000) kept++;
    expect(kept).toBeGreaterThanOrEqual(100);
    expect(kept).toBeLessThanOrEqual(10_000);
    expect(await journal.find(`q_${kept}`)).toBeNull();
    await journal.flush();
    expect(await rows(database.reader, "select count(*)::integer as n from journal")).toEqual([{ n: kept }]);
    expect(journal.keep(entry("q_later"))).toBe(true);
    await journal.flush();
  });

  it("is written to its end when the tape is closed meanwhile", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gputape-journal-"));
    const path = join(folder, "tape.duckdb");
    for (let round = 1; round <= 5; round++) {
      const database = await openDatabase(path);
      const journal = openJournal(database, silentLogger());
      for (let i = 0; i < 200; i++) journal.keep(entry(`q_${round}_${i}`));
      const flushed = journal.flush();
      for (let turn = 0; turn < round; turn++) await breathe();
      await database.close();
      await flushed;
    }
    const database = await openDatabase(path, { readOnly: true });
    expect(await rows(database.reader, "select count(*)::integer as n from journal")).toEqual([{ n: 1000 }]);
    await database.close();
    rmSync(folder, { recursive: true });
  });

  it("stores nothing on a tape that is read only", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gputape-journal-"));
    const path = join(folder, "tape.duckdb");
    await (await openDatabase(path)).close();
    const database = await openDatabase(path, { readOnly: true });
    const journal = openJournal(database, silentLogger());
    expect(journal.keep(entry("q_1"))).toBe(false);
    await journal.flush();
    expect(await journal.find("q_1")).toBeNull();
    await database.close();
    rmSync(folder, { recursive: true });
  });

  it("gives ids that tell the kind and do not repeat", async () => {
    const { journal } = await open();
    const ids = Array.from({ length: 1000 }, (_, i) => journal.newId(i % 2 === 0 ? "quote" : "route"));
    expect(new Set(ids).size).toBe(1000);
    expect(ids[0]).toMatch(/^q_[0-9a-f]{20}$/);
    expect(ids[1]).toMatch(/^r_[0-9a-f]{20}$/);
  });

  it("survives a write that fails", async () => {
    const { database, journal } = await open();
    await database.writer.run("alter table journal rename to elsewhere");
    journal.keep(entry("q_1"));
    await journal.flush();
    await database.writer.run("alter table elsewhere rename to journal");
    journal.keep(entry("q_2"));
    await journal.flush();
    expect(await rows(database.reader, "select id from journal")).toEqual([{ id: "q_2" }]);
  });
});
