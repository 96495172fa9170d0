import { readFileSync } from "node:fs";
import { judge } from "../src/collect/judge.ts";
import type { FxRate } from "../src/domain/money.ts";
import { listingKey, type Offer } from "../src/domain/offer.ts";
import type { Reference } from "../src/reference.ts";
import { sources } from "../src/sources/index.ts";
import type { RawPayload } from "../src/sources/source.ts";
import { requestName } from "../test/helpers/fixture-venue.ts";
import type { LoggedRequest } from "../test/helpers/upstream.ts";
import { readFixture } from "../test/sources/fixture.ts";

/** What the venues' own log says a pull must have brought, kept beside the tape and apart from it. */
export interface Ledger {
  /** Takes an answer of a venue down. */
  readonly note: (request: LoggedRequest) => void;
  /** Closes a pull: what it must show, and what that changes. */
  readonly close: (
    source: string,
    status: string,
    blind: readonly string[] | "*",
    rates: readonly FxRate[],
  ) => Closed;
  /** Price per GPU-hour by listing key, of all that is live after the pulls so far. */
  readonly live: () => ReadonlyMap<string, number>;
}

export interface Closed {
  /** Rows that the answers hold, each once. */
  readonly offers: number;
  /** Rows that came, came back or changed price or stock. */
  readonly ticks: number;
}

interface Shown {
  readonly value: string;
  readonly usd: number;
}

/** Opens an empty ledger; market times are the simulated ones of the log. */
export const openLedger = (reference: Reference): Ledger => {
  const answers = new Map<string, Map<string, RawPayload>>();
  const liveBySource = new Map<string, Map<string, Shown>>();

  const read = (id: string, rates: readonly FxRate[]): Map<string, Shown> => {
    const source = sources.find((each) => each.id === id)!;
    const answered = [...(answers.get(id)?.values() ?? [])];
    const observedAt = Math.max(...answered.map(({ fetchedAt }) => fetchedAt));
    const payloads = [...answered, ...committed(id, observedAt)];
    const shown = new Map<string, Shown>();
    for (const draft of source.parse(payloads, observedAt).offers) {
      const judged = judge(draft, { source: id, ...reference, rates, observedAt });
      if (!("offer" in judged) || shown.has(listingKey(judged.offer))) continue;
      shown.set(listingKey(judged.offer), shownBy(judged.offer));
    }
    return shown;
  };

  return {
    note: (request) => {
      const name = requestName(request.source, { ...request, body: request.posted });
      if (name === null || request.body === null) return;
      const bodies = answers.get(request.source) ?? new Map<string, RawPayload>();
      bodies.set(name, payloadOf(name, request));
      answers.set(request.source, bodies);
    },
    close: (id, status, _blind, rates) => {
      const seen = status === "failed" || status === "empty" ? null : read(id, rates);
      answers.delete(id);
      if (seen === null) return { offers: 0, ticks: 0 };
      const before = liveBySource.get(id) ?? new Map<string, Shown>();
      liveBySource.set(id, seen);
      const changed = [...seen].filter(([key, { value }]) => before.get(key)?.value !== value);
      return { offers: seen.size, ticks: changed.length };
    },
    live: () => {
      const all = [...liveBySource.values()].flatMap((shown) => [...shown]);
      return new Map(all.map(([key, { usd }]) => [key, usd]));
    },
  };
};

/** Tables of data/ that a source reads beside its answers. */
const committed = (id: string, fetchedAt: number): RawPayload[] =>
  (readFixture(id).payloads ?? []).map(({ name, file }) => ({
    name,
    url: file,
    status: 200,
    contentType: null,
    body: readFileSync(new URL(`../data/${file}`, import.meta.url), "utf8"),
    fetchedAt,
  }));

const shownBy = ({ usdPerGpuHour, priceRaw, availableGpus }: Offer): Shown => ({
  value: `${usdPerGpuHour} ${priceRaw} ${availableGpus}`,
  usd: usdPerGpuHour,
});

const payloadOf = (name: string, { body, time }: LoggedRequest): RawPayload => ({
  name,
  url: "",
  status: 200,
  contentType: null,
  body: body!,
  fetchedAt: time,
});
