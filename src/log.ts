import { type Logger, pino } from "pino";

export type { Logger } from "pino";

/** The program's logger: JSON lines on standard error, so that standard output stays for answers. */
export const createLogger = (level: string): Logger =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: false }),
  );

/** A logger that says nothing, for tests and one-shot commands. */
export const silentLogger = (): Logger => pino({ level: "silent" });
