import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { FxRate } from "../domain/money.ts";
import type { Instant } from "../domain/time.ts";
import { payloadOf } from "./pages.ts";
import { asArray, asObject, isObject, type Json, judge, positive, text, wrongShape } from "./read.ts";
import { readItems } from "./read-items.ts";
import type { Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({ name: "rates", url: `${baseUrl}/eurofxref-hist-90d.xml` }),
];

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  removeNSPrefix: true,
  parseAttributeValue: false,
  processEntities: false,
  isArray: (name) => name === "Cube",
});

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const { body } = payloadOf(payloads, "rates");
  if (XMLValidator.validate(body) !== true) throw wrongShape("rates", "XML");
  const envelope = asObject(asObject(parser.parse(body), "rates").Envelope, "rates.Envelope");
  const outer = asArray(envelope.Cube, "rates.Envelope.Cube")[0];
  const days = isObject(outer) ? asArray(outer.Cube ?? [], "rates.Envelope.Cube.Cube") : [];
  const rows = days.flatMap((day) => {
    const date = text(asObject(day, "rates.Envelope.Cube.Cube").time) ?? "";
    return asArray(asObject(day, "day").Cube ?? [], `rates of ${date}`).map((row) => ({
      ...(isObject(row) ? row : {}),
      date,
    }));
  });
  const { found: rates, ...read } = readItems(rows, { must: ["currency", "rate"] }, readRate);
  const completeness = judge({ offers: [], rejects: read.rejects }, { seen: rates.length });
  return { offers: [], ...read, completeness, rates };
};

const readRate = ({ date, currency, rate }: Json): Reading<FxRate> => {
  const code = text(currency);
  const perEuro = positive(rate);
  const wellFormed = /^\d{4}-\d{2}-\d{2}$/.test(String(date)) && code !== null && /^[A-Z]{3}$/.test(code);
  return [wellFormed && perEuro !== null ? { date: String(date), currency: code, perEuro } : "bad_rate"];
};

/** Euro reference rates of the European Central Bank, the last 90 days of them. */
export const ecb: Source = {
  id: "ecb",
  name: "European Central Bank reference rates",
  kind: "rates",
  provider: null,
  docsUrl: "https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates",
  baseUrl: "https://www.ecb.europa.eu/stats/eurofxref",
  everyMinutes: 360,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
