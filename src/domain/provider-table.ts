import { AppError } from "../errors.ts";
import type { Provider, ProviderTable } from "./provider.ts";
import { isCountryShape } from "./region.ts";

/**
 * Builds the provider table from the parsed records of data/providers.csv. Ids and aliases are found in any case
 * and with any punctuation. Throws `internal` when a name belongs to two providers or a row is incomplete.
 */
export const buildProviderTable = (records: readonly Record<string, string>[]): ProviderTable => {
  const all = records.map(readProvider);
  const index = new Map<string, Provider>();
  for (const provider of all) {
    for (const name of new Set([provider.id, provider.name, ...provider.aliases].map(compact))) {
      const other = index.get(name);
      if (other) throw broken(`"${name}" names both ${other.id} and ${provider.id}`);
      index.set(name, provider);
    }
  }
  const find = (id: string): Provider | null => index.get(compact(id)) ?? null;
  return { all, find, canonical: (id) => find(id)?.id ?? id.trim().toLowerCase() };
};

const readProvider = (record: Record<string, string>): Provider => {
  const { id, name, as_of: asOf } = record;
  if (!id || !name || !asOf) throw broken(`${id || name || "a row"} lacks id, name or as_of`);
  const jurisdiction = record.jurisdiction || null;
  if (jurisdiction !== null && !isCountryShape(jurisdiction)) {
    throw broken(`${id}: jurisdiction "${jurisdiction}" is not an ISO 3166-1 alpha-2 code`);
  }
  return {
    id,
    name,
    aliases: record.aliases?.split("|").filter(Boolean) ?? [],
    jurisdiction,
    parent: record.parent || null,
    sourceUrl: record.source_url || null,
    asOf,
  };
};

const compact = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, "");

const broken = (what: string): AppError => new AppError("internal", `data/providers.csv: ${what}`);
