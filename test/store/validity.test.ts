import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { day, formatInstant, hour, minute } from "../../src/domain/time.ts";
import { cellIndex } from "../../src/models/cell.ts";
import { rows } from "../../src/store/database.ts";
import { readBook } from "../../src/store/read-book.ts";
import { readBuckets } from "../../src/store/read-history.ts";
import { anOffer, memoryTape, t0 } from "../helpers/tape.ts";

const spans = `select source, epoch_ms(current_until - observed_at)::double as current_for,
  epoch_ms(expires_at - observed_at)::double as expires_after from pulls order by source`;

describe("how long a price stands", () => {
  it("is one answer: what the index counts is in the history, and what it leaves out is stale there", async () => {
    const tape = await memoryTape();
    const listed = ["aws", "gcp", "oci"].map((provider, i) =>
      anOffer({
        source: "list-prices",
        provider,
        offerId: provider,
        usdPerGpuHour: 3 + i,
        availableGpus: 16,
      }),
    );
    const pull = { source: "list-prices", kind: "list", everyMinutes: 1440, observedAt: t0 } as const;
    await tape.pull(pull, listed);
    const listings = tape.catalog.byNo.map(({ listingNo }) => listingNo);
    for (const [age, offers] of [
      [29 * day, 3],
      [30 * day, null],
    ] as const) {
      const at = t0 + age;
      const book = await readBook(
        tape.database,
        tape.catalog,
        () => ({ kind: "list", everyMinutes: 1440 }),
        at,
      );
      expect(cellIndex(book, new Set(["h100-sxm"]), "on_demand", at).nProviders).toBe(offers ?? 0);
      for (const some of [listings, listings.slice(0, 1)]) {
        const filter = { listings: some, from: t0, to: at, first: at, step: hour, asOf: at };
        const [bucket] = await readBuckets(tape.database, filter);
        expect(bucket).toMatchObject({ at, offers: offers && some.length, stale: offers ? 0 : some.length });
      }
    }
    await tape.database.close();
  });

  it("was told of the pulls of older tapes when they were opened", async () => {
    const tape = await memoryTape();
    const { writer } = tape.database;
    const of = (source: string, changes: object) => tape.pull({ source, everyMinutes: 10, ...changes }, []);
    await of("list-prices", { kind: "list" });
    await of("vast", { kind: "marketplace" });
    await of("import/acme", { kind: "import", origin: "import", everyMinutes: 14 * 1440 });
    await of("import/short", { kind: "import", origin: "import", everyMinutes: 720 });
    await of("import/past", {
      kind: "import",
      origin: "backfill",
      everyMinutes: 60,
      finishedAt: t0 + 30 * minute,
    });
    const written = await rows(writer, spans);
    expect(written.map((row) => [row.source, row.current_for, row.expires_after])).toEqual([
      ["import/acme", 7 * day, 7 * day],
      ["import/past", 30 * minute, 30 * minute],
      ["import/short", day, day],
      ["list-prices", 30 * day, 30 * day],
      ["vast", 20 * minute, 7 * day],
    ]);
    await writer.run("alter table pulls drop column current_until; alter table pulls drop column expires_at");
    const migration = new URL("../../src/store/migrations/008-validity.sql", import.meta.url);
    await writer.run(readFileSync(migration, "utf8"));
    expect(await rows(writer, spans)).toEqual(written);
    await tape.database.close();
  });

  it("is known of each pull of a history by what was known then", async () => {
    const tape = await memoryTape();
    const source = { source: "test", everyMinutes: 60 } as const;
    await tape.pull({ ...source, observedAt: t0 }, [anOffer()]);
    const at = t0 + 3 * hour;
    const read = (time: number) =>
      readBook(tape.database, tape.catalog, () => null, at, { at: time }).then(
        ({ sources }) => sources.get("test")!.validity!.currentUntil,
      );
    await tape.pull({ ...source, everyMinutes: 240, observedAt: t0 + hour }, [anOffer()]);
    expect([await read(t0), await read(at)].map(formatInstant)).toEqual(
      [t0 + 2 * hour, t0 + 9 * hour].map(formatInstant),
    );
    await tape.database.close();
  });
});
