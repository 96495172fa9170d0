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

/** Parts of the world in which prices tend to move together. */
export const regionGroups = ["north_america", "europe", "asia_pacific", "other"] as const;
export type RegionGroup = (typeof regionGroups)[number];

const groupOf: ReadonlyMap<string, RegionGroup> = new Map([
  ..."US CA MX".split(" ").map((code) => [code, "north_america"] as const),
  ...[...eeaMembers, ..."GB CH UA RS BA ME MK AL MD TR RU BY FO GI MC AD SM".split(" ")].map(
    (code) => [code, "europe"] as const,
  ),
  ..."CN HK TW JP KR SG MY TH VN ID PH IN AU NZ BD LK PK KZ MN KH LA MO"
    .split(" ")
    .map((code) => [code, "asia_pacific"] as const),
]);

/** The part of the world a country (ISO 3166-1 alpha-2) lies in; null: the country is not known. */
export const regionGroupOf = (country: string | null): RegionGroup | null =>
  country === null ? null : (groupOf.get(country.toUpperCase()) ?? "other");
