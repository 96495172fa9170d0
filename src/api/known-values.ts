import { countryNamed, isCountryCode } from "../domain/country-name.ts";
import { nearest } from "../domain/nearest.ts";
import { badInput } from "../errors.ts";
import type { Catalog } from "../store/catalog.ts";
import type { ApiContext } from "./context.ts";

/** What a value of a request selects by. */
export type Selector = "provider" | "source" | "region" | "country" | "jurisdiction" | "interconnect";

/** A field of a request, what it selects by and its value or values; absent ones are fine. */
export type Selection = readonly [
  field: string,
  by: Selector,
  values: string | readonly string[] | undefined,
];

/**
 * Throws `bad_input` with the nearest values where one selects by what nobody knows: a provider that is in no table
 * and was never on the tape, a region or interconnect that no listing ever had, a code that is no country. A name
 * that is known and has nothing on offer is fine: its answer is empty.
 */
export const checkSelections = (context: ApiContext, selections: readonly Selection[]): void => {
  for (const [field, by, values] of selections)
    for (const value of typeof values === "string" ? [values] : (values ?? []))
      check(context, field, by, value);
};

const check = (context: ApiContext, field: string, by: Selector, value: string): void => {
  if (checks[by](value, context)) return;
  const names = by === "country" || by === "jurisdiction" ? [] : namesOf(context, by);
  const near = names.length === 0 ? placesNear(value, by) : nearest(value, names);
  const hint = near.length === 0 ? "" : `; did you mean ${near.join(", ")}?`;
  const allowed = near.length > 0 || names.length > mostListed ? near : names.toSorted();
  throw badInput(
    field,
    `${JSON.stringify(value)} is no ${words[by]}${hint}`,
    allowed.length === 0 ? undefined : allowed,
  );
};

/** Names that are all listed where none is near. */
const mostListed = 200;

const words: Readonly<Record<Selector, string>> = {
  provider: "provider that is known",
  source: "source that is known",
  region: "region of any listing",
  country: "ISO 3166-1 alpha-2 code of a country",
  jurisdiction: "ISO 3166-1 alpha-2 code of a country, EU or EEA",
  interconnect: "interconnect of any listing",
};

const checks: Readonly<Record<Selector, (value: string, context: ApiContext) => boolean>> = {
  provider: (value, context) =>
    context.reference.providers.find(value) !== null || seen(context).provider.has(canonical(context, value)),
  source: (value, context) => new Set(namesOf(context, "source")).has(value),
  region: (value, context) => seen(context).region.has(value),
  country: isCountryCode,
  jurisdiction: (value) => unions.includes(value.toUpperCase()) || isCountryCode(value),
  interconnect: (value, context) => seen(context).interconnect.has(value.toLowerCase()),
};

const unions: readonly string[] = ["EU", "EEA"];

const canonical = ({ reference }: ApiContext, provider: string): string =>
  reference.providers.canonical(provider);

/** Codes that a text may mean: of the country it names, or the unions it looks like. */
const placesNear = (value: string, by: Selector): readonly string[] => {
  const named = countryNamed(value);
  if (named !== null) return [named];
  return by === "jurisdiction" && /^eur/i.test(value.trim()) ? unions : [];
};

const namesOf = (
  context: ApiContext,
  by: "provider" | "source" | "region" | "interconnect",
): readonly string[] => [
  ...new Set([
    ...seen(context)[by],
    ...(by === "provider" ? context.reference.providers.all.map(({ id }) => id) : []),
    ...(by === "source" ? context.health().map(({ source }) => source.id) : []),
  ]),
];

/** Values that any listing ever had. */
interface Seen {
  /** Listings that were looked at. */
  upTo: number;
  readonly provider: Set<string>;
  readonly source: Set<string>;
  readonly region: Set<string>;
  readonly interconnect: Set<string>;
}

const seenOf = new WeakMap<Catalog, Seen>();

/** Looks at what came since it was last asked; listings are only ever added. */
const seen = ({ tape: { catalog } }: ApiContext): Seen => {
  const known = seenOf.get(catalog) ?? {
    upTo: 0,
    provider: new Set(),
    source: new Set(),
    region: new Set(),
    interconnect: new Set(),
  };
  seenOf.set(catalog, known);
  for (; known.upTo < catalog.byNo.length; known.upTo++) {
    const { provider, source, region, interconnect } = catalog.byNo[known.upTo]!.offer;
    known.provider.add(provider);
    known.source.add(source);
    if (region !== null) known.region.add(region);
    if (interconnect !== null) known.interconnect.add(interconnect.toLowerCase());
  }
  return known;
};
