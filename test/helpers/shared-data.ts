import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file of the price histories beside the repository, which are not part of it; null where it is absent. */
export const sharedData = (name: string): string | null => {
  const path = fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
  return existsSync(path) ? path : null;
};
