import { setTimeout as delay } from "node:timers/promises";

type Maybe<T> = T | null | undefined | false;

/** Asks again and again until there is an answer; throws what was waited for when the time is up. */
export const until = async <T>(
  what: string,
  ask: () => Maybe<T> | Promise<Maybe<T>>,
  withinMs = 30_000,
): Promise<T> => {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await ask();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited ${withinMs / 1000} s in vain until ${what}`);
    await delay(50);
  }
};
