const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });

/** Names that people write and the standard does not have. */
const others: readonly (readonly [name: string, code: string])[] = [
  ["usa", "US"],
  ["united states of america", "US"],
  ["uk", "GB"],
  ["great britain", "GB"],
  ["england", "GB"],
  ["korea", "KR"],
  ["republic of korea", "KR"],
  ["czech republic", "CZ"],
  ["turkey", "TR"],
  ["the netherlands", "NL"],
  ["uae", "AE"],
  ["hong kong", "HK"],
  ["macau", "MO"],
];

/** Codes of the standard that are no country: unions, and what is reserved or taken for test. */
const noCountry = new Set(["EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"]);

const readCodes = (): ReadonlyMap<string, string> => {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const known = letters
    .flatMap((first) => letters.map((second) => first + second))
    .flatMap((code): [string, string][] => {
      const name = noCountry.has(code) ? undefined : names.of(code);
      return name === undefined ? [] : [[name.toLowerCase(), code]];
    });
  // A code that was retired has the name of its successor (DD, Germany): the present one comes last and stands.
  const present = known.filter(([, code]) => new Intl.Locale(`und-${code}`).region === code);
  return new Map([...known, ...present, ...others]);
};

let read: ReadonlyMap<string, string> | undefined;

/** Codes by name, read when they are first asked for: that takes 30 ms, which most commands need not spend. */
const codes = (): ReadonlyMap<string, string> => {
  read ??= readCodes();
  return read;
};

/** Whether a text is the ISO 3166-1 alpha-2 code of a country, in either case. */
export const isCountryCode = (text: string): boolean => [...codes().values()].includes(text.toUpperCase());

/** ISO 3166-1 alpha-2 of a country's English name in any case; null: it is none that is known. */
export const countryNamed = (name: string): string | null => codes().get(name.trim().toLowerCase()) ?? null;

/**
 * The country of a place as people write it: behind the last comma ("Kansas City, MO, USA"), else before a dash
 * ("Finland - Helsinki"), else the whole of it. Null where that is no country's name, for a two-letter code but "US"
 * (others are states as well: CA, DE) and for "Georgia", which is both.
 */
export const countryOfPlace = (place: string): string | null => {
  const said = (place.includes(",") ? place.split(",").at(-1)! : place.split(" - ")[0]!).trim();
  if (/^georgia$/i.test(said)) return null;
  return said.toUpperCase() === "US" ? "US" : countryNamed(said);
};
