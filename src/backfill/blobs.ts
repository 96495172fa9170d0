import { AppError } from "../errors.ts";
import { endOf, git, startGit } from "./git.ts";
import type { Repository } from "./repository.ts";

/** Reads files of a repository's past by their object id, over one process that stays. */
export interface Blobs {
  /** Fetches what a partial clone lacks of these in one go; a whole clone lacks nothing. */
  readonly prefetch: (ids: readonly string[]) => Promise<void>;
  /** One at a time. */
  readonly read: (id: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Starts reading; `close` ends its process. */
export const openBlobs = ({ folder, partial }: Repository): Blobs => {
  const child = startGit(["cat-file", "--batch"], { folder });
  const end = endOf(child);
  end.catch(() => undefined);
  const stream = byteReader(child.stdout);
  return {
    prefetch: async (ids) => {
      if (partial && ids.length > 0) await fetchBlobs(folder, ids);
    },
    read: async (id) => {
      child.stdin.write(`${id}\n`);
      const header = await stream.line();
      // Without an answer git has ended, and its end says why.
      if (header === null) await end;
      const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(header ?? "")?.[1] ?? Number.NaN);
      if (Number.isNaN(size))
        throw new AppError("upstream_failed", `git: the repository lacks the file ${id} of its history`);
      const body = await stream.bytes(size + 1);
      return body.toString("utf8", 0, size);
    },
    close: async () => {
      child.stdin.end();
      child.stdout.destroy();
      await end.catch(() => undefined);
    },
  };
};

/** Objects named one by one come past the filter that left them out of the clone. */
const fetchBlobs = async (folder: string, ids: readonly string[]): Promise<void> => {
  const options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no"];
  await git(
    ["-c", "fetch.negotiationAlgorithm=noop", "fetch", ...options, "--filter=blob:none", "--stdin", "origin"],
    { folder, input: `${[...new Set(ids)].join("\n")}\n` },
  );
};

const byteReader = (stream: AsyncIterable<Buffer>) => {
  const parts = stream[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const more = async (): Promise<Buffer | null> => {
    const { done, value } = await parts.next();
    return done ? null : value;
  };
  const bytes = async (size: number): Promise<Buffer> => {
    const chunks = [held];
    let length = held.length;
    while (length < size) {
      const chunk = await more();
      if (chunk === null) throw new AppError("upstream_failed", "git broke off in the middle of a file");
      chunks.push(chunk);
      length += chunk.length;
    }
    const all = Buffer.concat(chunks, length);
    held = all.subarray(size);
    return all.subarray(0, size);
  };
  const line = async (): Promise<string | null> => {
    for (;;) {
      const end = held.indexOf(10);
      if (end >= 0) return (await bytes(end + 1)).toString("utf8", 0, end);
      const chunk = await more();
      if (chunk === null) return null;
      held = Buffer.concat([held, chunk]);
    }
  };
  return { line, bytes };
};
