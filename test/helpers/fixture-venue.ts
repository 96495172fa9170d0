import { sources } from "../../src/sources/index.ts";
import { hasFixture, readFixture, readFixtureFile, type SampleUse, sample } from "../sources/fixture.ts";
import { reprice } from "./reprice.ts";
import type { Asked, Reply } from "./venues.ts";

/** What a venue that is known by its fixture alone answers from. */
export interface FixtureVenue {
  readonly source: string;
  /** Recorded samples in place of the fixture; requests without one get the empty answer. */
  readonly samples?: boolean;
  /** What all prices are multiplied by. */
  readonly factor?: number;
}

/** Ids of the sources that ask over the network. */
export const networkIds = (): string[] =>
  sources.map(({ id }) => id).filter((id) => hasFixture(id) && readFixture(id).requests.length > 0);

/** The answer to a request that the fixture lists; a request like one of them but for its page gets the empty answer. */
export const fixtureAnswer = (venue: FixtureVenue, asked: Asked): Reply | null => {
  const fixture = readFixture(venue.source);
  const base = sources.find(({ id }) => id === venue.source)!.baseUrl;
  const listed = fixture.requests.map((entry) => ({ ...entry, target: targetOf(entry, base) }));
  const here = listed.filter(({ target }) => target.path === asked.path);
  if (here.length === 0) return null;
  const found = here.find(({ target }) => sameQuery(target.query, asked.query));
  if (found === undefined) return { body: fixture.empty };
  const use = fixture.samples?.[found.name];
  if (venue.samples) return { body: use === undefined ? fixture.empty : takeSample(use) };
  const body = readFixtureFile(venue.source, found.file);
  return { body: scaled(body, venue.factor ?? 1, fixture.prices ?? []) };
};

/** The path below the base URL; one with a `{region}` in it has the region as its first part on a mirror. */
const targetOf = (
  { url, mirror }: { readonly url: string; readonly mirror?: string },
  base: string,
): { path: string; query: URLSearchParams } => {
  const { pathname, search } = new URL(url);
  const query = new URLSearchParams(search);
  if (mirror !== undefined) return { path: mirror, query };
  const pattern = base.split("{region}").map((part) => part.replaceAll(/[.*+?^$|()[\]\\]/g, "\\$&"));
  const match = new RegExp(`^${pattern.join("([^./]+)")}([^?]*)`).exec(url);
  if (match === null) return { path: pathname, query };
  const [region, rest] = base.includes("{region}") ? [`/${match[1]}`, match[2]] : ["", match[1]];
  return { path: `${region}${rest}`, query };
};

const isTime = (value: string): boolean => value === "NOW" || /^\d{4}-\d\d-\d\dT/.test(value);

const sameQuery = (listed: URLSearchParams, asked: URLSearchParams): boolean => {
  const names = new Set([...listed.keys(), ...asked.keys()]);
  return [...names].every((name) => {
    const [a, b] = [listed.get(name), asked.get(name)];
    return a === b || (a !== null && b !== null && isTime(a) && isTime(b));
  });
};

const takeSample = (use: SampleUse): string => {
  if (typeof use === "string") return sample(use);
  const whole = JSON.parse(sample(use.file)) as Record<string, unknown>;
  return JSON.stringify(whole[use.take]);
};

const scaled = (body: string, factor: number, fields: readonly string[]): string => {
  if (factor === 1 || fields.length === 0) return body;
  try {
    return JSON.stringify(reprice(JSON.parse(body), factor, new Set(fields)));
  } catch {
    return body;
  }
};
