import { AppError } from "../errors.ts";
import { isCountryShape, type RegionTable } from "./region.ts";
import { patternLookup } from "./wildcard.ts";

/**
 * Builds the region table from the parsed records of data/regions.csv; providers are canonical ids, regions may
 * hold `#` (a number) and `*` (anything). Throws `internal` for a country that is not an ISO alpha-2 code.
 */
export const buildRegionTable = (records: readonly Record<string, string>[]): RegionTable => {
  const entries = new Map<string, [string, string][]>();
  for (const record of records) {
    const { provider, region, country } = record;
    if (!provider || !region || !country || !isCountryShape(country)) {
      throw new AppError(
        "internal",
        `data/regions.csv: ${provider}, ${region}: "${country}" is not a country code`,
      );
    }
    entries.set(provider, [...(entries.get(provider) ?? []), [region, country]]);
  }
  const lookups = new Map([...entries].map(([provider, pairs]) => [provider, patternLookup(pairs)]));
  return {
    countryOf: (provider, region) => {
      const lookup = lookups.get(provider.toLowerCase());
      if (!lookup) return null;
      return lookup(region) ?? lookup(regionOfZone(region));
    },
  };
};

/** What the parts of an AWS zone id (use1-az4) stand for in the region's name. */
const directions: Readonly<Record<string, string>> = {
  n: "north",
  s: "south",
  e: "east",
  w: "west",
  c: "central",
  ne: "northeast",
  se: "southeast",
  nw: "northwest",
  sw: "southwest",
};

/**
 * The region of a zone: `us-east-1a` is in us-east-1, `us-central1-a` in us-central1 and the zone id `use1-az4` in
 * us-east-1. Anything else is given back in lower case.
 */
export const regionOfZone = (zone: string): string => {
  const lower = zone.trim().toLowerCase();
  const zoneId = /^([a-z]{2})(ne|nw|se|sw|n|s|e|w|c)(\d+)-az\d+$/.exec(lower);
  if (zoneId) return `${zoneId[1]}-${directions[zoneId[2] ?? ""]}-${zoneId[3]}`;
  return lower.replace(/(?<=\d)-?[a-z]$/, "");
};
