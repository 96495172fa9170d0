import { createHash } from "node:crypto";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { threadId } from "node:worker_threads";
import { gunzip, gzip } from "node:zlib";
import { AppError } from "../errors.ts";
import type { RawPayload } from "../sources/source.ts";

/** Where an archived body lies and what came with it; kept in the table pulls. */
export interface PayloadRecord {
  readonly name: string;
  readonly url: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly fetchedAt: number;
  readonly sha256: string;
  readonly bytes: number;
}

/** Counts unfinished files, so that two equal bodies of one pull are never written to one of them. */
let unfinishedFiles = 0;

const pathOf = (folder: string, sha256: string): string => join(folder, sha256.slice(0, 2), `${sha256}.gz`);

/** Stores a body gzipped under its SHA-256; a body that is there already is not written again. */
export const archivePayload = async (folder: string, payload: RawPayload): Promise<PayloadRecord> => {
  const body = Buffer.from(payload.body, "utf8");
  const sha256 = createHash("sha256").update(body).digest("hex");
  const path = pathOf(folder, sha256);
  if (!(await exists(path))) {
    await mkdir(dirname(path), { recursive: true });
    const unfinished = `${path}.${process.pid}-${threadId}-${++unfinishedFiles}`;
    await writeFile(unfinished, await promisify(gzip)(body, { level: 1 }));
    await rename(unfinished, path);
  }
  const { name, url, status, contentType, fetchedAt } = payload;
  return { name, url, status, contentType, fetchedAt, sha256, bytes: body.length };
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The body behind a record. Throws `not_found` when the archive lacks it, `internal` when it is not what it was. */
export const readPayload = async (folder: string, record: PayloadRecord): Promise<RawPayload> => {
  const { name, url, status, contentType, fetchedAt, sha256 } = record;
  const packed = await readFile(pathOf(folder, sha256)).catch((cause) => {
    throw new AppError("not_found", `the archive has no body ${sha256} of ${name} (${url})`, { cause });
  });
  const body = await promisify(gunzip)(packed).catch(() => null);
  if (body === null || createHash("sha256").update(body).digest("hex") !== sha256) {
    throw new AppError("internal", `the archived body ${sha256} of ${name} has changed on disk`);
  }
  return { name, url, status, contentType, fetchedAt, body: body.toString("utf8") };
};
