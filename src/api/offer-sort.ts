import type { Book, BookOffer } from "../domain/book.ts";
import type { GpuTable } from "../domain/gpu.ts";
import { idPlaces, orderedBy } from "../domain/order.ts";
import { badInput } from "../errors.ts";

export const sortKeys = [
  "usd_per_gpu_hour",
  "usd_per_hour",
  "usd_per_pflop_hour",
  "usd_per_tbps_hour",
  "usd_per_vram_gib_hour",
  "available_gpus",
  "reliability",
  "gpu_count",
  "changed_at",
  "first_seen_at",
] as const;
export type SortKey = (typeof sortKeys)[number];
export type Order = "asc" | "desc";

const sortValue = (key: SortKey, gpus: GpuTable): ((offer: BookOffer) => number | null) => {
  const per = (amount: (id: string) => number | null | undefined) => (offer: BookOffer) => {
    const of = amount(offer.gpu);
    return of == null || of <= 0 ? null : offer.usdPerGpuHour / of;
  };
  switch (key) {
    case "usd_per_gpu_hour":
      return (offer) => offer.usdPerGpuHour;
    case "usd_per_hour":
      return (offer) => offer.usdPerGpuHour * offer.gpuCount;
    case "usd_per_pflop_hour":
      return per((id) => gpus.byId.get(id)?.fp16Tflops);
    case "usd_per_tbps_hour":
      return per((id) => gpus.byId.get(id)?.memoryBandwidthGbps);
    case "usd_per_vram_gib_hour":
      return (offer) => {
        const vram = gpus.byId.get(offer.gpu)?.vramGib ?? offer.vramGib;
        return vram == null ? null : offer.usdPerGpuHour / vram;
      };
    case "available_gpus":
      return (offer) => offer.availableGpus;
    case "reliability":
      return (offer) => offer.reliability;
    case "gpu_count":
      return (offer) => offer.gpuCount;
    case "changed_at":
      return (offer) => offer.changedAt;
    case "first_seen_at":
      return (offer) => offer.firstSeenAt;
  }
};

const idOrders = new WeakMap<Book, Uint32Array>();

const byId = (book: Book): Uint32Array => {
  const made = idOrders.get(book) ?? idPlaces(book.offers);
  idOrders.set(book, made);
  return made;
};

type Compare = (a: BookOffer, b: BookOffer) => number;

/** By value, then by listing id; rows without a value come last in both directions. */
const comparing = (key: SortKey, order: Order, gpus: GpuTable): Compare => {
  const value = sortValue(key, gpus);
  const sign = order === "asc" ? 1 : -1;
  return (a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || compareIds(a, b);
    return sign * (x - y) || compareIds(a, b);
  };
};

const compareIds: Compare = (a, b) => (a.listingId < b.listingId ? -1 : a.listingId > b.listingId ? 1 : 0);

const orders = new WeakMap<Book, Map<string, readonly BookOffer[]>>();

/** All offers of a book in an order; made at the first request for it and kept with the book. */
export const ordered = (book: Book, key: SortKey, order: Order, gpus: GpuTable): readonly BookOffer[] => {
  if (key === "usd_per_gpu_hour" && order === "asc") return book.offers;
  const known = orders.get(book) ?? new Map<string, readonly BookOffer[]>();
  orders.set(book, known);
  const name = `${key} ${order}`;
  const made = known.get(name) ?? orderedBy(book.offers, sortValue(key, gpus), order, byId(book));
  known.set(name, made);
  return made;
};

/** Where the page behind a cursor starts. The cursor names the last row given, so that it outlives a new book. */
export const startAfter = (
  offers: readonly BookOffer[],
  cursor: string,
  key: SortKey,
  order: Order,
  gpus: GpuTable,
): number => {
  const last = decodeCursor(cursor, `${key} ${order}`);
  const place = { ...last, gpu: last.gpu } as BookOffer;
  const compare = comparing(key, order, gpus);
  let [low, high] = [0, offers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(offers[middle]!, place) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
};

const cursorFields = [
  "listingId",
  "gpu",
  "gpuCount",
  "usdPerGpuHour",
  "vramGib",
  "availableGpus",
  "reliability",
  "changedAt",
  "firstSeenAt",
] as const;
type Place = Pick<BookOffer, (typeof cursorFields)[number]>;

export const encodeCursor = (offer: BookOffer, key: SortKey, order: Order): string =>
  Buffer.from(JSON.stringify([`${key} ${order}`, ...cursorFields.map((field) => offer[field])])).toString(
    "base64url",
  );

const decodeCursor = (cursor: string, expected: string): Place => {
  try {
    const [name, ...values] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as [
      string,
      ...unknown[],
    ];
    if (name === expected && values.length === cursorFields.length) {
      return Object.fromEntries(cursorFields.map((field, i) => [field, values[i]])) as Place;
    }
  } catch {
    // Falls through to the one error below.
  }
  throw badInput("cursor", "is not one that this list with this sort gave; leave it out to start over");
};
