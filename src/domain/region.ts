/** Looks up ISO 3166-1 alpha-2 countries of provider regions from data/regions.csv. */
export interface RegionTable {
  /** Null when the table does not know the region. */
  readonly countryOf: (provider: string, region: string) => string | null;
}

/** ISO country codes of a jurisdiction filter value: `EU` and `EEA` are sets, anything else stands for itself. */
export type JurisdictionSet = (value: string) => readonly string[];
