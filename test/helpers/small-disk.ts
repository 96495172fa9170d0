import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A disk of a few megabytes that a test can fill. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves this many bytes free. */
  readonly fill: (leave: number) => void;
  readonly free: () => void;
  readonly unmount: () => void;
}

/** Mounts it at `folder`; null where this process may not (it needs root). */
export const smallDisk = (folder: string, megabytes: number): SmallDisk | null => {
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder]);
  if (mounted.status !== 0) return null;
  const filler = join(folder, "filler");
  const free = (): void => rmSync(filler, { force: true });
  return {
    folder,
    fill: (leave) => {
      free();
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leave)));
    },
    free,
    unmount: () => void spawnSync("umount", [folder]),
  };
};
