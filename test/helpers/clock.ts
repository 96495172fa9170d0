import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A clock of the program under test, moved by the test. */
export interface MovingClock {
  readonly now: () => number;
  readonly forward: (ms: number) => void;
  /** Environment of a program that lives by it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts at the machine's time; `folder` is a temporary one. */
export const movingClock = (folder: string): MovingClock => {
  const file = join(folder, "clock");
  let offset = 0;
  const write = (): void => {
    writeFileSync(`${file}.next`, String(offset));
    renameSync(`${file}.next`, file);
  };
  write();
  return {
    now: () => Date.now() + offset,
    forward: (ms) => {
      offset += ms;
      write();
    },
    env: {
      GPUTAPE_TEST_CLOCK: file,
      NODE_OPTIONS: `--import=${new URL("./moving-clock.mjs", import.meta.url).href}`,
    },
  };
};
