import { randomUUID } from "node:crypto";
import { formatInstant, type Instant } from "../domain/time.ts";
import type { Logger } from "../log.ts";
import { appendRows, createStage, type StageColumn } from "./append-rows.ts";
import { type Database, rows, transaction } from "./database.ts";

export interface JournalEntry {
  readonly id: string;
  readonly kind: "quote" | "route";
  readonly answeredAt: Instant;
  readonly bookVersion: number;
  readonly request: unknown;
  readonly answer: unknown;
}

/** Keeps what quotes and routes answered, behind the reply. */
export interface Journal {
  /** An id for an answer. */
  readonly newId: (kind: JournalEntry["kind"]) => string;
  /** Queues an entry; false when the queue is full and the answer is not stored. */
  readonly keep: (entry: JournalEntry) => boolean;
  readonly find: (id: string) => Promise<JournalEntry | null>;
  /** Writes what is queued. */
  readonly flush: () => Promise<void>;
}

/** Also the most that is written in one flush, a second's worth: beyond it answers go out unstored. */
const queueLimit = 1000;
const flushAfterMs = 1000;

const columns: readonly StageColumn<JournalEntry>[] = [
  { name: "id", type: "varchar", of: (entry) => entry.id },
  { name: "kind", type: "varchar", of: (entry) => entry.kind },
  { name: "answered_at", type: "varchar", of: (entry) => formatInstant(entry.answeredAt) },
  { name: "book_version", type: "integer", of: (entry) => entry.bookVersion },
  { name: "request", type: "varchar", of: (entry) => JSON.stringify(entry.request) },
  { name: "answer", type: "varchar", of: (entry) => JSON.stringify(entry.answer) },
];

/** A journal over the tape; with a read-only tape nothing is stored and answers say so. */
export const openJournal = (database: Database, log: Logger): Journal => {
  let queue: JournalEntry[] = [];
  let writing: readonly JournalEntry[] = [];
  let timer: NodeJS.Timeout | null = null;

  const write = (batch: readonly JournalEntry[]): Promise<void> =>
    database.exclusive(() =>
      transaction(database.writer, async () => {
        await createStage(database.writer, "stage_journal", columns);
        await appendRows(database.writer, "stage_journal", columns, batch);
        await database.writer.run(
          "insert into journal select id, kind, answered_at::timestamp, book_version, request, answer from stage_journal",
        );
        await database.writer.run("drop table stage_journal");
      }),
    );

  const flush = async (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    const batch = queue;
    queue = [];
    if (batch.length === 0) return;
    writing = batch;
    await write(batch).catch((error: unknown) =>
      log.error({ err: error, lost: batch.length }, "the journal could not be written"),
    );
  };

  return {
    newId: (kind) => `${kind[0]}_${randomUUID().replaceAll("-", "").slice(0, 20)}`,
    keep: (entry) => {
      if (database.readOnly || queue.length >= queueLimit) return false;
      queue.push(entry);
      timer ??= setTimeout(() => void flush(), flushAfterMs).unref();
      return true;
    },
    find: async (id) => {
      const queued = [...queue, ...writing].find((entry) => entry.id === id);
      if (queued) return queued;
      const [row] = await rows(
        database.reader,
        "select id, kind, epoch_ms(answered_at)::double as at, book_version, request::varchar as request, answer::varchar as answer from journal where id = $id",
        { id },
      );
      if (!row) return null;
      return {
        id,
        kind: row.kind as JournalEntry["kind"],
        answeredAt: row.at as number,
        bookVersion: row.book_version as number,
        request: JSON.parse(row.request as string),
        answer: JSON.parse(row.answer as string),
      };
    },
    flush,
  };
};
