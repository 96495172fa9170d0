import { ensureBuilt } from "./build.ts";

/** Vitest calls it once before the tests that run the built program. */
export const setup = (): Promise<void> => ensureBuilt();
