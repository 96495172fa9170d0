import { sources } from "../../src/sources/index.ts";
import {
  emptyAnswer,
  type Fixture,
  hasFixture,
  readFixture,
  readFixtureFile,
  type SampleUse,
  sample,
} from "../sources/fixture.ts";
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

type Question = Pick<Asked, "path" | "query" | "body">;

/** The name that a source gives to a request, by its fixture; null where the fixture does not list it. */
export const requestName = (source: string, asked: Question): string | null =>
  listedFor(source, asked).find(({ fits }) => fits)?.entry.name ?? null;

/** Requests of the fixture to the same path, and whether query and posted body are the same too. */
const listedFor = (source: string, asked: Question) => {
  const base = sources.find(({ id }) => id === source)!.baseUrl;
  const byPosted = [...fixtureOf(source).requests].sort(
    (a, b) => (b.posted?.length ?? 0) - (a.posted?.length ?? 0),
  );
  return byPosted.flatMap((entry) => {
    const target = targetOf(entry, base);
    if (target.path !== asked.path) return [];
    return [
      {
        entry,
        fits: sameQuery(target.query, asked.query) && new RegExp(entry.posted ?? "").test(asked.body),
      },
    ];
  });
};

/** The answer with nothing in it to a request. */
export const emptyFor = (source: string, asked: Question): string =>
  emptyAnswer(fixtureOf(source), requestName(source, asked) ?? "");

const fixtures = new Map<string, Fixture>();

const fixtureOf = (source: string): Fixture => {
  const fixture = fixtures.get(source) ?? readFixture(source);
  fixtures.set(source, fixture);
  return fixture;
};

const bodies = new Map<string, string>();

/** A request to a path that the fixture lists: its answer, or for another page of it the empty one. */
export const fixtureAnswer = ({ source, samples, factor = 1 }: FixtureVenue, asked: Asked): Reply | null => {
  const fixture = fixtureOf(source);
  const here = listedFor(source, asked);
  if (here.length === 0) return null;
  const found = here.find(({ fits }) => fits)?.entry;
  if (found === undefined) return { body: emptyAnswer(fixture, here[0]!.entry.name) };
  if (samples && !fixture.besideSamples?.includes(found.name)) return { body: sampleOf(fixture, found.name) };
  const key = `${source} ${found.file} ${factor}`;
  const body = bodies.get(key) ?? scaled(readFixtureFile(source, found.file), factor, fixture.prices ?? []);
  bodies.set(key, body);
  return { body };
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

/** The recorded answer to a request, or the one with nothing in it. */
export const sampleOf = (fixture: Fixture, name: string): string => {
  const use = fixture.samples?.[name];
  return use === undefined ? emptyAnswer(fixture, name) : takeSample(use);
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
