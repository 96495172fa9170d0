/** Looks up ISO 3166-1 alpha-2 countries of provider regions from data/regions.csv. */
export interface RegionTable {
  /** Null when the table does not know the region. */
  readonly countryOf: (provider: string, region: string) => string | null;
}

/** ISO country codes of a jurisdiction filter value: `EU` and `EEA` are sets, anything else stands for itself. */
export type JurisdictionSet = (value: string) => readonly string[];

const euMembers: readonly string[] =
  "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split(" ");
const eeaMembers: readonly string[] = [...euMembers, "IS", "LI", "NO"];

/** In either case; an unknown value gives itself, in upper case, and so matches nothing or one country. */
export const jurisdictionSet: JurisdictionSet = (value) => {
  const code = value.trim().toUpperCase();
  if (code === "EU") return euMembers;
  if (code === "EEA") return eeaMembers;
  return [code];
};

/** True for two capital letters: the shape of ISO 3166-1 alpha-2, not a promise that the country exists. */
export const isCountryShape = (code: string): boolean => /^[A-Z]{2}$/.test(code);
