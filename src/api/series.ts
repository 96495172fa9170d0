import { AppError, badInput } from "../errors.ts";
import type { Listing } from "../store/listing-columns.ts";
import { type ApiContext, gpuFor } from "./context.ts";
import { checkSelections } from "./known-values.ts";

export interface SeriesQuery {
  readonly series_id?: string;
  readonly listing_id?: string;
  readonly gpu?: string;
  readonly provider?: string;
  readonly region?: string;
  readonly purchase?: string;
  readonly tier?: string;
}

/** The listings behind a series and its full name. */
export interface Series {
  readonly id: string;
  readonly level: "listing" | "cell";
  /** Id of the GPU or family. */
  readonly gpu: string;
  /** On which terms; null: any. */
  readonly purchase: string | null;
  readonly listings: readonly Listing[];
  /** GPU ids it is about. */
  readonly gpus: ReadonlySet<string>;
}

const shape = "listing:<id> or cell:<gpu>/<purchase>/<tier>/<region>/<provider> (parts may be *)";

/** Reads which series a request means; a GPU without its terms is what it costs on demand. Throws `bad_input` where it says nothing or two things. */
export const seriesFor = (context: ApiContext, query: SeriesQuery): Series => {
  const named = [query.series_id, query.listing_id, query.gpu].filter((part) => part !== undefined);
  if (named.length !== 1) throw badInput("gpu", "give exactly one of series_id, listing_id and gpu");
  if (query.listing_id !== undefined) return listingSeries(context, query.listing_id);
  if (query.series_id === undefined) return cellSeries(context, { purchase: "on_demand", ...query });
  const [level, key = ""] = split(query.series_id);
  if (level === "listing") return listingSeries(context, key);
  if (level === "cell") return cellSeries(context, cellOf(key));
  throw badInput("series_id", `"${query.series_id}" is not ${shape}`);
};

const split = (id: string): [string, string] => {
  const colon = id.indexOf(":");
  return colon < 0 ? [id, ""] : [id.slice(0, colon), id.slice(colon + 1)];
};

const cellOf = (key: string): SeriesQuery => {
  const parts = key.split("/");
  if (parts.length !== 5 || parts[0] === "*") throw badInput("series_id", `a cell is ${shape}`);
  const [gpu, purchase, tier, region, provider] = parts.map((part) =>
    part === "*" || part === "" ? undefined : part,
  );
  return {
    ...(gpu === undefined ? {} : { gpu }),
    ...(purchase === undefined ? {} : { purchase }),
    ...(tier === undefined ? {} : { tier }),
    ...(region === undefined ? {} : { region }),
    ...(provider === undefined ? {} : { provider }),
  };
};

const listingSeries = ({ tape }: ApiContext, id: string): Series => {
  const listing = tape.catalog.byNo.find(({ listingId }) => listingId === id);
  if (!listing)
    throw new AppError("not_found", `listing_id: "${id}" was never on the tape; /v1/offers gives ids`);
  const { gpu, purchase } = listing.offer;
  return { id: `listing:${id}`, level: "listing", gpu, purchase, listings: [listing], gpus: new Set([gpu]) };
};

const cellSeries = (context: ApiContext, query: SeriesQuery): Series => {
  const { id, ids } = gpuFor(context, query.gpu!);
  checkSelections(context, [
    ["provider", "provider", query.provider],
    ["region", "region", query.region],
  ]);
  const provider =
    query.provider === undefined ? undefined : context.reference.providers.canonical(query.provider);
  const listings = context.tape.catalog.byNo.filter(
    ({ offer }) =>
      ids.has(offer.gpu) &&
      offer.flags.length === 0 &&
      (provider === undefined || offer.provider === provider) &&
      (query.region === undefined || offer.region === query.region) &&
      (query.purchase === undefined || offer.purchase === query.purchase) &&
      (query.tier === undefined || offer.tier === query.tier),
  );
  const parts = [id, query.purchase, query.tier, query.region, provider].map((part) => part ?? "*");
  const purchase = query.purchase ?? null;
  return { id: `cell:${parts.join("/")}`, level: "cell", gpu: id, purchase, listings, gpus: ids };
};
