import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import { hoursAMonth, type Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { isAnswer, tolerant } from "./pages.ts";
import {
  asObject,
  isObject,
  type Json,
  judge,
  number,
  readJson,
  readRows,
  text,
  wrongShape,
} from "./read.ts";
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

/** A node has eight GPUs. */
const gpusPerNode = 8;
const cards = { h100i: "H100 SXM", h200i: "H200 SXM", b200i: "B200" } as const;
/** Hours quoted: the term structure from an hour to a month. */
const tenors = [1, 24, 168, hoursAMonth] as const;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context, 6);
  const headers = { authorization: `Bearer ${context.keys.SFCOMPUTE_API_KEY ?? ""}` };
  const payloads: RawPayload[] = [];
  for (const type of Object.keys(cards)) {
    for (const hours of tenors) {
      const seconds = hours * 3600;
      const when = `min_start_date=NOW&max_start_date=NOW&min_duration=${seconds}&max_duration=${seconds}`;
      const url = `${context.baseUrl}/v0/quote?side=buy&instance_type=${type}&quantity=1&${when}`;
      payloads.push(await http({ name: `${type}/${hours}`, url, headers, gapMs: 200 }));
    }
  }
  return payloads;
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const answers = payloads.filter(isAnswer);
  if (answers.length === 0) throw wrongShape("quotes", "an answer, but there is none");
  const quotes = answers.map((answer): Json => {
    const body = asObject(readJson(answer), answer.name);
    if (body.object !== "quote") throw wrongShape(answer.name, "a quote");
    return { ...body, asked: answer.name };
  });
  const none = quotes.filter(hasNone).length;
  const rows = readRows(quotes, keys, (quote) => (hasNone(quote) ? [dropped("no_quote")] : readQuote(quote)));
  const lost = payloads.filter((payload) => !isAnswer(payload)).map(({ name }) => name);
  const completeness = judge(rows, { lost });
  const note = none > 0 ? `${none} of ${quotes.length} tenors have no quote now` : null;
  return { ...rows, completeness: { ...completeness, note: completeness.note ?? note } };
};

const keys: Keys = { must: ["quote"], may: { "quote.zone": ["text", "the place is not told"] } };

const reasons: readonly unknown[] = ["no_matching_clusters", "no_availability"];

/** Nobody sells that tenor now, which is an answer and no fault. */
const hasNone = ({ quote, no_quote_reason: reason }: Json): boolean =>
  quote === null && reasons.includes(reason);

/** The price is for the whole order in cents. Longer than an hour it is bought ahead: a reservation. */
const readQuote = (row: Json): Reading => {
  const [type, told] = String(row.asked).split("/");
  const hours = Number(told);
  if (!isObject(row.quote)) return [row.quote === null ? "no_quote" : "bad_row"];
  const nodes = number(row.quote.quantity);
  if (nodes !== 1) return ["bad_gpu_count"];
  const cents = number(row.quote.price) ?? Number.NaN;
  const ahead = hours > 1;
  const draft: OfferDraft = {
    provider: "sfcompute",
    offerId: `${type}/${hours}h`,
    gpuRaw: cards[type as keyof typeof cards] ?? String(type),
    gpuCount: gpusPerNode,
    purchase: ahead ? "reserved" : "on_demand",
    termMonths: ahead ? hours / hoursAMonth : null,
    minHours: hours,
    upfrontShare: 1,
    priceRaw: cents,
    unitRaw: `US cents per order of a node for ${hours} h`,
    currency: "USD",
    pricePerGpuHour: perGpuHour(cents, { unit: 100, gpus: gpusPerNode, hours }),
    region: text(row.quote.zone),
    availableGpus: gpusPerNode,
    availableIs: "floor",
    scope: String(row.asked),
  };
  return [draft];
};

/** SF Compute: what a node costs from now for an hour, a day, a week and a month. */
export const sfcompute: Source = {
  id: "sfcompute",
  name: "SF Compute",
  kind: "marketplace",
  provider: "sfcompute",
  docsUrl: "https://docs.sfcompute.com/api-reference/quotes",
  baseUrl: "https://api.sfcompute.com",
  everyMinutes: 15,
  needs: ["SFCOMPUTE_API_KEY"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
