import { isCountryShape } from "./region.ts";

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

const byName: ReadonlyMap<string, string> = (() => {
  const english = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const named = codes.flatMap((code) => {
    const name = english.of(code);
    return name === undefined ? [] : [[name.toLowerCase(), code] as const];
  });
  // Former codes have the names of their followers, which come later or are set here.
  const usual = {
    uk: "GB",
    "united kingdom": "GB",
    usa: "US",
    germany: "DE",
    "south korea": "KR",
    korea: "KR",
  };
  return new Map([...named, ...Object.entries(usual)]);
})();

/** ISO 3166-1 alpha-2 of a code in any case or an English name; null for what is neither. */
export const countryCode = (text: string): string | null => {
  const known = byName.get(text.trim().toLowerCase());
  if (known !== undefined) return known;
  const code = text.trim().toUpperCase();
  return isCountryShape(code) ? code : null;
};
