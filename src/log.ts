import { fstatSync, writeSync } from "node:fs";
import type { Writable } from "node:stream";
import { isatty } from "node:tty";
import { type DestinationStream, type Logger, pino } from "pino";
import { lineForPeople } from "./log-line.ts";

export type { Logger } from "pino";

/** Text that may wait for a slow reader, bytes; what comes on top of it is lost. */
const mostWaiting = 1024 * 1024;

/**
 * Lines to a pipe or terminal that are never waited for: a reader that does not read costs lines, one that went away
 * all that follow. Neither stops the program.
 */
export const linesTo = (stream: Writable): DestinationStream => {
  let gone = false;
  // Without a listener a reader that goes away would end the program.
  stream.on("error", () => {
    gone = true;
  });
  return {
    write: (line) => {
      if (!gone && stream.writableLength <= mostWaiting) stream.write(line);
    },
  };
};

/** Lines to an open file; while its disk is full they are lost, and later ones are kept again. */
export const linesToFile = (file: number): DestinationStream => ({
  write: (line) => {
    try {
      writeSync(file, line);
    } catch {
      // There is nowhere to tell it.
    }
  },
});

/**
 * The program's logger on standard error, so that standard output stays for answers: lines for people in a terminal,
 * else JSON lines.
 */
export const createLogger = (level: string): Logger => {
  if (level === "silent") return silentLogger();
  const destination = isFile(standardError) ? linesToFile(standardError) : linesTo(process.stderr);
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    process.stderr.isTTY ? { write: (line) => destination.write(lineForPeople(line)) } : destination,
  );
};

const standardError = 2;

/** Not a pipe, socket or terminal. */
const isFile = (descriptor: number): boolean => {
  try {
    const found = fstatSync(descriptor);
    return !found.isFIFO() && !found.isSocket() && !isatty(descriptor);
  } catch {
    return false;
  }
};

/** A logger that says nothing, for tests and one-shot commands. */
export const silentLogger = (): Logger => pino({ level: "silent" });
