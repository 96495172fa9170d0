const digits = 256;

/**
 * Places of the numbers in ascending order, equal ones in the order of `from` (default: as given); NaN last. A radix
 * sort on the bits of the numbers: 50,000 take a few milliseconds where sorting with a comparison function holds the
 * event loop for over a hundred.
 */
export const ascending = (numbers: Float64Array, from?: Uint32Array): Uint32Array => {
  const count = numbers.length;
  const words = new Uint32Array(2 * count);
  new Float64Array(words.buffer).set(numbers);
  for (let i = 0; i < count; i++) {
    const high = words[2 * i + 1]!;
    const negative = high >>> 31 === 1 && !Number.isNaN(numbers[i]);
    // Flipping all bits of negatives and the sign of the others makes the bits order as the numbers do.
    words[2 * i] = negative ? ~words[2 * i]! : words[2 * i]!;
    words[2 * i + 1] = negative ? ~high : (high | 0x80000000) >>> 0;
  }
  let places = from ?? unordered(count);
  for (const word of [0, 1] as const) {
    for (const shift of [0, 8, 16, 24]) places = byDigit(words, places, word, shift);
  }
  return places;
};

const unordered = (count: number): Uint32Array => {
  const places = new Uint32Array(count);
  for (let i = 0; i < count; i++) places[i] = i;
  return places;
};

const byDigit = (words: Uint32Array, places: Uint32Array, word: 0 | 1, shift: number): Uint32Array => {
  const starts = new Uint32Array(digits + 1);
  for (let i = 0; i < places.length; i++) {
    const digit = (words[2 * places[i]! + word]! >>> shift) & 0xff;
    starts[digit + 1]!++;
  }
  for (let digit = 0; digit < digits; digit++) starts[digit + 1]! += starts[digit]!;
  const next = new Uint32Array(places.length);
  for (let i = 0; i < places.length; i++) {
    const place = places[i]!;
    const digit = (words[2 * place + word]! >>> shift) & 0xff;
    next[starts[digit]!++] = place;
  }
  return next;
};

/**
 * Items in order of a number, ties in the order of the places `from`; those without one (null, NaN) come last in
 * either direction. Items are read once, as they lie: reading them in another order costs ten times as much.
 */
export const orderedBy = <T>(
  items: readonly T[],
  value: (item: T) => number | null,
  direction: "asc" | "desc" = "asc",
  from?: Uint32Array,
): T[] => {
  const sign = direction === "asc" ? 1 : -1;
  const keys = new Float64Array(items.length);
  for (let i = 0; i < items.length; i++) keys[i] = sign * (value(items[i]!) ?? Number.NaN);
  const places = ascending(keys, from);
  const ordered = new Array<T>(items.length);
  for (let i = 0; i < ordered.length; i++) ordered[i] = items[places[i]!]!;
  return ordered;
};

/** Hexadecimal digits that a number holds exactly. */
const exactDigits = 13;

/** Places of items in the order of their hexadecimal ids. */
export const idPlaces = (items: readonly { readonly listingId: string }[]): Uint32Array => {
  const ranks = new Float64Array(items.length);
  for (let i = 0; i < items.length; i++) {
    ranks[i] = Number.parseInt(items[i]!.listingId.slice(0, exactDigits), 16);
  }
  const places = ascending(ranks);
  const alike = places.some((place, i) => i > 0 && ranks[place] === ranks[places[i - 1]!]);
  return alike ? places.sort((a, b) => (items[a]!.listingId < items[b]!.listingId ? -1 : 1)) : places;
};
