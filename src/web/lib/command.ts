import type { Room } from "./location.ts";

/** What a key means, outside of fields. */
export type Command = { readonly room: Room } | "search" | "help" | "theme";

const roomKeys: Readonly<Record<string, Room>> = {
  m: "market",
  g: "gpu",
  r: "route",
  e: "economics",
  s: "sources",
};

const plain: Readonly<Record<string, Command>> = { "/": "search", "?": "help", t: "theme" };

/** Reads a key after what came before it: `g` and then a room, or a key of its own. */
export const commandOf = (before: string, key: string): Command | null => {
  if (before === "g") {
    const room = roomKeys[key];
    return room === undefined ? null : { room };
  }
  return plain[key] ?? null;
};
