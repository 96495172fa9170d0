export const rooms = ["market", "gpu", "route", "economics", "sources"] as const;
export type Room = (typeof rooms)[number];
export type Params = Readonly<Record<string, string>>;

/** Where the reader is: a room and everything that decides its picture. */
export interface Place {
  readonly room: Room;
  readonly params: Params;
}

const isRoom = (name: string | null): name is Room => rooms.includes(name as Room);

/** Reads the query of an address. An unknown room is the market; an empty value is no value. */
export const readPlace = (search: string): Place => {
  const query = new URLSearchParams(search);
  const room = query.get("room");
  const params = [...query].filter(([name, value]) => name !== "room" && value !== "");
  return { room: isRoom(room) ? room : "market", params: Object.fromEntries(params) };
};

/** The query of a place, the same for the same picture: room first, then the rest by name. */
export const writePlace = ({ room, params }: Place): string => {
  const query = new URLSearchParams(room === "market" ? {} : { room });
  for (const [name, value] of Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value !== "") query.set(name, value);
  }
  return `?${query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":")}`;
};

/** The place with some parameters set, or taken out where the value is null or empty. */
export const withParams = (
  { room, params }: Place,
  patch: Readonly<Record<string, string | null>>,
): Place => {
  const merged = Object.entries({ ...params, ...patch });
  const kept = merged.filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== "");
  return { room, params: Object.fromEntries(kept) };
};

/** A parameter that must be one of some words, else the first of them. */
export const oneOf = <const T extends readonly [string, ...string[]]>(
  value: string | undefined,
  allowed: T,
): T[number] => allowed.find((word) => word === value) ?? allowed[0];

/** A parameter that must be a number in a range, else the fallback. */
export const numberIn = (value: string | undefined, low: number, high: number, fallback: number): number => {
  const number = value === undefined || value.trim() === "" ? Number.NaN : Number(value);
  return number >= low && number <= high ? number : fallback;
};
