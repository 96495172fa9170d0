import { existsSync, readFileSync } from "node:fs";
import type { FetchContext, HttpRequest, RawPayload, Source } from "../../src/sources/source.ts";

interface FixtureRequest {
  readonly name: string;
  readonly url: string;
  readonly file: string;
  /** Path below a mirror's base URL, for requests to a second host of the venue. */
  readonly mirror?: string;
  /** A pattern of the posted body, to tell requests to one URL apart; the longest that fits is meant. */
  readonly posted?: string;
  /** False for answers that `fetch` keeps to itself. */
  readonly archived?: boolean;
}

/** A row of the fixture worked out by hand: which one it is, and what must come of it. */
export interface CheckedRow {
  readonly offerId: string;
  readonly region?: string;
  readonly purchase: string;
  readonly tier?: string;
  readonly termMonths?: number;
  readonly priceRaw: number;
  readonly unitRaw: string;
  readonly currency: string;
  readonly gpuCount: number;
  /** Id of data/gpus.csv that the judge must find. */
  readonly gpu: string;
  /** For prices in another currency at the rates of `handRates`. */
  readonly usdPerGpuHour: number;
}

/** A recorded sample that answers a request, or the part of it under a key. */
export type SampleUse = string | { readonly file: string; readonly take: string };

/** test/fixtures/<id>/fixture.json */
export interface Fixture {
  /** Nobody recorded or documented this shape: the source is experimental. */
  readonly assumed?: boolean;
  readonly checked?: readonly CheckedRow[];
  /** Fields whose null or absence says that something is not offered there. */
  readonly absence?: readonly string[];
  /** Fields that the venue leaves out where it does not offer something, by its documentation or in recorded answers. */
  readonly omitted?: readonly string[];
  /** Fields that hold prices, so that a loopback venue can reprice. */
  readonly prices?: readonly string[];
  /** Recorded samples by name of the request that they answer. */
  readonly samples?: Readonly<Record<string, SampleUse>>;
  readonly keys?: Readonly<Record<string, string>>;
  /** Requests in their order; further ones get the `empty` answer. */
  readonly requests: readonly FixtureRequest[];
  /** Tables of data/, by name. */
  readonly data?: Readonly<Record<string, string>>;
  /** Payloads that no request brings. */
  readonly payloads?: readonly { readonly name: string; readonly file: string }[];
  /** Requests answered from the fixture where the samples are read; others without a sample get nothing. */
  readonly besideSamples?: readonly string[];
  /** An answer of the right shape with nothing in it. */
  readonly empty: string;
  /** The same for single requests whose answers have another shape, by name. */
  readonly emptyOf?: Readonly<Record<string, string>>;
}

/** Rates for rows checked by hand: one euro is 1.10 dollars. */
export const handRates = [{ date: "2026-11-19", currency: "USD", perEuro: 1.1 }] as const;

/** The market time and the time of receipt in all fixtures. */
export const at = Date.UTC(2026, 10, 20, 12);

const folder = new URL("../fixtures/", import.meta.url);
const samples = new URL("../../../shared/providers/samples/", import.meta.url);

export const hasFixture = (id: string): boolean => existsSync(new URL(`${id}/fixture.json`, folder));

export const readFixtureFile = (id: string, file: string): string =>
  readFileSync(new URL(`${id}/${encodeURIComponent(file)}`, folder), "utf8");

export const readFixture = (id: string): Fixture =>
  JSON.parse(readFixtureFile(id, "fixture.json")) as Fixture;

/** An answer to a request with nothing in it. */
export const emptyAnswer = ({ empty, emptyOf = {} }: Fixture, name: string): string => emptyOf[name] ?? empty;

export const payload = (name: string, body: string, status = 200): RawPayload => ({
  name,
  url: `https://example.org/${encodeURIComponent(name)}`,
  status,
  contentType: "application/json",
  body,
  fetchedAt: at,
});

/** The recorded payloads of a source, as its `parse` gets them. */
export const payloadsOf = (id: string): RawPayload[] => {
  const { requests, payloads = [] } = readFixture(id);
  const archived = [...requests.filter((request) => request.archived !== false), ...payloads];
  return archived.map(({ name, file }) => payload(name, readFixtureFile(id, file)));
};

export interface Fetched {
  readonly payloads: readonly RawPayload[];
  readonly requests: readonly HttpRequest[];
}

/** Runs `fetch` against the fixture; `failing` names requests that throw. */
export const fetchFixture = async (
  source: Source,
  { keys, fail }: { keys?: Record<string, string>; fail?: (request: HttpRequest) => Error | null } = {},
): Promise<Fetched> => {
  const fixture = readFixture(source.id);
  const requests: HttpRequest[] = [];
  const context: FetchContext = {
    http: async (request) => {
      requests.push(request);
      const error = fail?.(request) ?? null;
      if (error !== null) throw error;
      const known = fixture.requests.find((entry) => entry.name === request.name);
      return payload(
        request.name,
        known ? readFixtureFile(source.id, known.file) : emptyAnswer(fixture, request.name),
      );
    },
    clock: () => at,
    baseUrl: source.baseUrl,
    keys: keys ?? fixture.keys ?? {},
    signal: new AbortController().signal,
    readData: async (file) => readFixtureFile(source.id, fixture.data?.[file] ?? file),
  };
  return { payloads: await source.fetch(context), requests };
};

/** Recorded answers of the real services, which are not part of the repository. */
export const hasSamples = existsSync(samples);

export const sample = (file: string): string => readFileSync(new URL(file, samples), "utf8");
