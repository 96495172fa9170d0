/** Gives other work a turn on the event loop. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
