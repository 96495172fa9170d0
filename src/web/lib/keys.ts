import { type Command, commandOf } from "./command.ts";

const pauseMs = 1500;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("input, select, textarea, [contenteditable]") !== null;

/** Listens for commands until the returned function is called. */
export const listenForKeys = (run: (command: Command) => void): (() => void) => {
  let [before, beforeAt] = ["", 0];
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target)) return;
    const now = Date.now();
    const command = commandOf(now - beforeAt < pauseMs ? before : "", event.key);
    [before, beforeAt] = before === "g" ? ["", 0] : [event.key, now];
    if (command === null) return;
    event.preventDefault();
    run(command);
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
};
