import { constants, existsSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import type { Database } from "./database.ts";

/**
 * Copies the tape, with what lies in its log, to a file that is not there yet, while nobody writes. The copy is the
 * tape as of the last transaction, and can be read beside the one who writes.
 */
export const copyTape = ({ path, exclusive }: Database, into: string): Promise<void> =>
  exclusive(async () => {
    const mode = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE;
    await copyFile(path, into, mode);
    if (existsSync(`${path}.wal`)) await copyFile(`${path}.wal`, `${into}.wal`, mode);
  });
