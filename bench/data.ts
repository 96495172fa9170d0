import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file of the development data beside the project; null (and a word on it) where it is absent. */
export const sharedFile = (path: string): string | null => {
  const file = fileURLToPath(new URL(`../../shared/${path}`, import.meta.url));
  if (existsSync(file)) return file;
  process.stdout.write(`skip  ${path} is not here\n`);
  return null;
};
