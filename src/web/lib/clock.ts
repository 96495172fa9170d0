import { useEffect, useState } from "preact/hooks";

export const refreshMs = 30_000;

/** Server time minus browser time, from the last answer about the present. */
let skew = 0;

export const heardAt = (serverMs: number): void => {
  if (Number.isFinite(serverMs)) skew = serverMs - Date.now();
};

/** The present as the server counts it, milliseconds. */
export const serverNow = (): number => Date.now() + skew;

const listeners = new Set<(count: number) => void>();
let count = 0;
let timer: number | undefined;

const tick = (): void => {
  count++;
  for (const listener of listeners) listener(count);
};

const start = (): void => {
  window.clearInterval(timer);
  timer = document.hidden ? undefined : window.setInterval(tick, refreshMs);
};

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) tick();
  start();
});
window.addEventListener("online", tick);
start();

/** Counts up every 30 s while the page is seen, and at once when it is seen or connected again. */
export const useTick = (): number => {
  const [ticks, setTicks] = useState(count);
  useEffect(() => {
    listeners.add(setTicks);
    return () => void listeners.delete(setTicks);
  }, []);
  return ticks;
};
