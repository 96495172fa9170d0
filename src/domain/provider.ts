/** One row of data/providers.csv: who sells, under whose law. */
export interface Provider {
  /** Canonical id; renames are aliases (`datacrunch` is `verda`). */
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** ISO 3166-1 alpha-2 of the operator's ultimate parent; null when not established. */
  readonly jurisdiction: string | null;
  readonly parent: string | null;
  readonly sourceUrl: string | null;
  /** The day the row was checked, YYYY-MM-DD. */
  readonly asOf: string;
}

export interface ProviderTable {
  readonly all: readonly Provider[];
  /** The provider behind an id or a former name; null when unknown. */
  readonly find: (id: string) => Provider | null;
  /** Canonical id: a former name becomes the present one, an unknown one stays as it is, in lower case. */
  readonly canonical: (id: string) => string;
}
