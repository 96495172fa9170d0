import { perGpuHour } from "../domain/money.ts";
import type { OfferDraft } from "../domain/offer.ts";
import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { currencyIn } from "./currency.ts";
import type { Keys } from "./keys.ts";
import { answerOf, isAnswer, payloadOf, peek, tolerant } from "./pages.ts";
import {
  asArray,
  asObject,
  child,
  count,
  country,
  isObject,
  type Json,
  judge,
  number,
  optionalPrice,
  positive,
  readJson,
  readRows,
  text,
  wrongShape,
} from "./read.ts";
import { dropped, orElse, type RowRead } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async (context: FetchContext): Promise<readonly RawPayload[]> => {
  const { baseUrl, keys } = context;
  const http = tolerant(context, 4);
  const types = await http({ name: "types", url: `${baseUrl}/instance-types?currency=usd` });
  const { VERDA_CLIENT_ID: id, VERDA_CLIENT_SECRET: secret } = keys;
  if (!id || !secret) return [types];
  const token = await http({
    name: "token",
    url: `${baseUrl}/oauth2/token`,
    json: { grant_type: "client_credentials", client_id: id, client_secret: secret },
  });
  // The answer holds a credential: only its failure is handed on to the archive.
  const answer = peek(token);
  const bearer = isAnswer(token) && isObject(answer) ? text(answer.access_token) : null;
  if (!bearer)
    return [types, isAnswer(token) ? { ...token, status: 0, body: "there was no token in it" } : token];
  const headers = { authorization: `Bearer ${bearer}` };
  const availability = `${baseUrl}/instance-availability?isSpot=`;
  return [
    types,
    await http({ name: "locations", url: `${baseUrl}/locations`, headers }),
    await http({ name: "available-on_demand", url: `${availability}false&location_code=`, headers }),
    await http({ name: "available-spot", url: `${availability}true&location_code=`, headers }),
  ];
};

/** Where each instance type can be started now: codes of locations; null where nobody told. */
type Places = ReadonlyMap<string, readonly string[]> | null;

const readPlaces = (payload: RawPayload | null): Places => {
  if (payload === null) return null;
  const places = new Map<string, string[]>();
  for (const row of asArray(readJson(payload), payload.name)) {
    const { location_code: code, availabilities } = asObject(row, `${payload.name}[]`);
    for (const type of asArray(availabilities, `${payload.name}[].availabilities`)) {
      const [name, place] = [text(type), text(code)];
      if (name === null || place === null) throw wrongShape(payload.name, "names of types by location");
      places.set(name, [...(places.get(name) ?? []), place]);
    }
  }
  return places;
};

const readCountries = (payload: RawPayload | null): ReadonlyMap<string, string | null> => {
  const rows = payload === null ? [] : asArray(readJson(payload), "locations").filter(isObject);
  return new Map(rows.map((row) => [String(row.code), country(row.country_code)]));
};

const keys: Keys = {
  must: ["instance_type", "name", "price_per_hour", "gpu.number_of_gpus"],
  may: { spot_price: ["number", "not sold as spot"] },
};

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const types = asArray(readJson(payloadOf(payloads, "types")), "types");
  const countries = readCountries(answerOf(payloads, "locations"));
  const places: Record<"on_demand" | "spot", Places> = {
    on_demand: readPlaces(answerOf(payloads, "available-on_demand")),
    spot: readPlaces(answerOf(payloads, "available-spot")),
  };
  const sell = (row: Json, purchase: "on_demand" | "spot", price: unknown): readonly RowRead[] =>
    placed(draftOf(row, purchase, price), places[purchase], countries);
  const rows = readRows(types, keys, (row) => {
    const gpus = number(child(row, "gpu").number_of_gpus);
    if (gpus === 0) return [dropped("no_gpu")];
    if (count(gpus) === null) return ["bad_gpu_count"];
    if (text(row.instance_type) === null || text(row.name) === null) return ["no_name"];
    const spot = optionalPrice(row.spot_price) === null ? [] : sell(row, "spot", row.spot_price);
    return orElse([...sell(row, "on_demand", row.price_per_hour), ...spot], "no_region");
  });
  const failed = payloads.some((payload) => payload.status < 200 || payload.status > 299);
  return { ...rows, completeness: judge(rows, { lost: failed ? ["*"] : [] }) };
};

const draftOf = (row: Json, purchase: Purchase, price: unknown): OfferDraft => {
  const gpus = count(child(row, "gpu").number_of_gpus)!;
  const memory = positive(child(row, "gpu_memory").size_in_gigabytes);
  const priceRaw = number(price) ?? Number.NaN;
  return {
    provider: "verda",
    offerId: text(row.instance_type)!,
    instanceType: text(row.instance_type),
    gpuRaw: text(row.name)!,
    // The venue tells the memory of all GPUs together.
    vramGib: memory === null ? null : memory / gpus,
    gpuCount: gpus,
    machineShare: null,
    purchase,
    priceRaw,
    unitRaw: "per instance-hour",
    currency: currencyIn(row) ?? "USD",
    pricePerGpuHour: perGpuHour(priceRaw, { gpus }),
    includes: {
      cpuCores: positive(child(row, "cpu").number_of_cores),
      ramGib: positive(child(row, "memory").size_in_gigabytes),
      diskGib: positive(child(row, "storage").size_in_gigabytes),
    },
  };
};

/** One offer a location where it can be started; being listed means at least one, numbers are not told. */
const placed = (
  draft: OfferDraft,
  places: Places,
  countries: ReadonlyMap<string, string | null>,
): OfferDraft[] => {
  if (places === null) return [draft];
  const codes = places.get(draft.offerId) ?? [];
  if (codes.length === 0) return [{ ...draft, availableGpus: 0, availableIs: "exact" }];
  return codes.map((region) => ({
    ...draft,
    region,
    country: countries.get(region) ?? null,
    availableGpus: draft.gpuCount,
    availableIs: "floor",
  }));
};

/** Verda, formerly DataCrunch: list prices without a key, availability by location with one. */
export const verda: Source = {
  id: "verda",
  name: "Verda (formerly DataCrunch)",
  kind: "direct",
  provider: "verda",
  docsUrl: "https://api.verda.com/v1/docs",
  baseUrl: "https://api.verda.com/v1",
  everyMinutes: 15,
  needs: [],
  wants: ["VERDA_CLIENT_ID", "VERDA_CLIENT_SECRET"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
