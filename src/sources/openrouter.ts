import type { Instant } from "../domain/time.ts";
import type { TokenPrice } from "../domain/token-price.ts";
import type { Keys } from "./keys.ts";
import { isAnswer, payloadOf, peek, tolerant } from "./pages.ts";
import {
  asArray,
  asObject,
  child,
  isObject,
  type Json,
  judge,
  number,
  positive,
  readJson,
  text,
} from "./read.ts";
import { type ReadItems, readItems } from "./read-items.ts";
import { dropped, type RowRead } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

/** Models whose hosts are asked for, a pull. */
const maxModels = 200;

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const http = tolerant(context, 10);
  const models = await http({ name: "models", url: `${context.baseUrl}/models` });
  const payloads = [models];
  for (const id of openModels(peek(models)).slice(0, maxModels)) {
    const path = id.split("/").map(encodeURIComponent).join("/");
    const url = `${context.baseUrl}/models/${path}/endpoints`;
    payloads.push(await http({ name: `endpoints ${id}`, url, gapMs: 250 }));
  }
  return payloads;
};

/** Models with public weights, which anybody with GPUs can serve; a variant (":free") has the hosts of its model. */
const openModels = (body: unknown): string[] => {
  const rows = isObject(body) && Array.isArray(body.data) ? body.data.filter(isObject) : [];
  const open = rows.filter((row) => text(row.hugging_face_id) !== null);
  return open
    .flatMap((row) => text(row.id) ?? [])
    .filter((id) => !id.includes(":"))
    .sort();
};

const parse = (payloads: readonly RawPayload[], observedAt: Instant): Parsed => {
  const models = payloadOf(payloads, "models");
  const listed = asArray(asObject(readJson(models), "models").data, "models.data");
  const answers = payloads.filter(({ name }) => name.startsWith("endpoints "));
  const parts = [
    readItems(listed, keys, (row) => [readModel(row, observedAt)]),
    ...answers.filter(isAnswer).map((answer) => readEndpoints(answer, observedAt)),
  ];
  const { found: tokens, ...rows } = joinItems(parts);
  const asked = openModels(peek(models)).length;
  const lost = answers.some((answer) => !isAnswer(answer)) || answers.length < Math.min(asked, maxModels);
  const cut = asked > maxModels;
  const unseen = { lost: lost ? ["*"] : [], cut: cut ? ["*"] : [], seen: tokens.length };
  return { offers: [], ...rows, tokens, completeness: judge({ offers: [], ...rows }, unseen) };
};

const keys: Keys = { must: ["id", "pricing.prompt", "pricing.completion"] };

const joinItems = (parts: readonly ReadItems<TokenPrice>[]): ReadItems<TokenPrice> => ({
  found: parts.flatMap(({ found }) => found),
  rejects: parts.flatMap(({ rejects }) => rejects),
  // Models alone are dropped by rule, never their hosts.
  dropped: parts[0]?.dropped ?? {},
  seen: parts.reduce((sum, { seen }) => sum + seen, 0),
});

/** The venue's own price of a model. Routers, whose price varies (-1), have none. */
const readModel = (row: Json, observedAt: Instant): RowRead<TokenPrice> => {
  const id = text(row.id);
  if (id === null) return "no_name";
  const pricing = child(row, "pricing");
  if (number(pricing.prompt) === -1) return dropped("router");
  const prices = pricesOf(pricing);
  if (prices === null) return "bad_price";
  const contextTokens = positive(row.context_length);
  return { ...unknown, ...prices, model: id, endpoint: id, contextTokens, observedAt };
};

const unknown = {
  host: null,
  quantization: null,
  discount: null,
  tokensPerSecond: null,
  firstTokenMs: null,
  uptime: null,
  serving: null,
} as const;

const endpointKeys: Keys = {
  must: ["provider_name", "pricing.prompt", "pricing.completion"],
  optional: { tag: ["text", "host and quantization name it"], quantization: ["text", "not told"] },
};

const readEndpoints = (answer: RawPayload, observedAt: Instant): ReadItems<TokenPrice> => {
  const { data } = asObject(readJson(answer), answer.name);
  const endpoints = asArray(asObject(data, `${answer.name}.data`).endpoints, `${answer.name}.data.endpoints`);
  const model = answer.name.slice("endpoints ".length);
  return readItems(endpoints, endpointKeys, (row) => [readEndpoint(row, model, observedAt)]);
};

const readEndpoint = (row: Json, model: string, observedAt: Instant): RowRead<TokenPrice> => {
  const host = text(row.provider_name);
  if (host === null) return "no_name";
  const prices = pricesOf(child(row, "pricing"));
  if (prices === null) return "bad_price";
  const quantization = text(row.quantization);
  const status = number(row.status);
  return {
    ...prices,
    model,
    host,
    endpoint: text(row.tag) ?? `${host}/${quantization ?? "unknown"}`,
    quantization: quantization === "unknown" ? null : quantization,
    contextTokens: positive(row.context_length),
    tokensPerSecond: positive(child(row, "throughput_last_30m").p50),
    firstTokenMs: latencyOf(child(row, "latency_last_30m")),
    uptime: shareOf(row.uptime_last_1d),
    serving: status === null ? null : status >= 0,
    observedAt,
  };
};

/** Percent as a share; null for what is none. */
const shareOf = (value: unknown): number | null => {
  const percent = number(value);
  return percent === null || percent < 0 || percent > 100 ? null : percent / 100;
};

/** Milliseconds to the first token. The documentation shows seconds: a whole answer below 60 can be nothing else. */
const latencyOf = (percentiles: Json): number | null => {
  const told = Object.values(percentiles).flatMap((value) => positive(value) ?? []);
  const p50 = positive(percentiles.p50);
  return p50 === null ? null : Math.max(...told) < 60 ? p50 * 1000 : p50;
};

const perMillion = (value: unknown, discount: number): number | null => {
  const usd = number(value);
  return usd === null || usd < 0 ? null : usd * (1 - discount) * 1e6;
};

/** Prices in USD per token are brought to a million, with the discount taken off; null where they cannot be read. */
const pricesOf = (pricing: Json) => {
  const discount = pricing.discount === undefined || pricing.discount === null ? 0 : number(pricing.discount);
  if (discount === null || discount < 0 || discount > 1) return null;
  const usdPerMillionInput = perMillion(pricing.prompt, discount);
  const usdPerMillionOutput = perMillion(pricing.completion, discount);
  if (usdPerMillionInput === null || usdPerMillionOutput === null) return null;
  return {
    usdPerMillionInput,
    usdPerMillionOutput,
    usdPerMillionCachedInput: perMillion(pricing.input_cache_read, discount),
    discount: pricing.discount === undefined || pricing.discount === null ? null : discount,
  };
};

/** OpenRouter: token prices of models, and by host with speed and uptime for models with public weights. */
export const openrouter: Source = {
  id: "openrouter",
  name: "OpenRouter",
  kind: "tokens",
  provider: null,
  docsUrl: "https://openrouter.ai/docs/api-reference/list-available-models",
  baseUrl: "https://openrouter.ai/api/v1",
  everyMinutes: 180,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
