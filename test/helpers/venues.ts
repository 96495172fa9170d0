import type { Json, Market } from "./venue-rows.ts";

/** A request as a venue sees it: the path is what follows its base URL. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly authorization: string | null;
}

export interface Reply {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

export interface VenueSettings {
  /** Rows of a page of Azure and Vultr, so that small tables have pages too. */
  readonly pageRows: number;
  /** The time of the market, which Lium and the ECB write into their answers. */
  readonly now: number;
}

type Venue = (market: Market, asked: Asked, settings: VenueSettings) => Reply | null;

const json = (body: unknown, status = 200): Reply => ({ status, body: JSON.stringify(body) });
const notFound = json({ error: "not found" }, 404);

const akash: Venue = ({ akash: body }, { path }) => (path === "/v1/gpu-prices" ? json(body) : null);

const azure: Venue = ({ azure: items }, { query }, { pageRows }) => {
  const filter = query.get("$filter") ?? "";
  const region = /armRegionName eq '([^']+)'/.exec(filter)?.[1];
  const part = /contains\(armSkuName,'([^']+)'\)/.exec(filter)?.[1] ?? "";
  const found = items.filter(
    (item) => item.armRegionName === region && String(item.armSkuName).includes(part),
  );
  const skip = Number(query.get("$skip") ?? 0);
  const next = new URLSearchParams({ ...Object.fromEntries(query), $skip: String(skip + pageRows) });
  const more = skip + pageRows < found.length;
  return json({
    BillingCurrency: query.get("currencyCode"),
    Items: found.slice(skip, skip + pageRows),
    NextPageLink: more ? `https://prices.azure.com:443/api/retail/prices?${next}` : null,
    Count: Math.min(pageRows, found.length - skip),
  });
};

const day = 86_400_000;

/** The newest day of the table is yesterday, each further one the day before. */
const ecb: Venue = ({ ecb: xml }, { path }, { now }) => {
  if (path !== "/eurofxref-hist-90d.xml") return null;
  let back = 0;
  const body = xml.replace(/time="[^"]*"/g, () => `time="${dateOf(now - ++back * day)}"`);
  return { type: "text/xml", body };
};

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const lium: Venue = ({ lium: nodes }, { path }, { now }) =>
  path === "/api/public/v1/nodes"
    ? json({ generated_at: new Date(now).toISOString(), count: nodes.length, nodes })
    : null;

const oci: Venue = ({ oci: items }, { path, query }) =>
  path === "/products/" && query.get("currencyCode") === "USD" ? json({ items }) : null;

const runpod: Venue = ({ runpod: body }, { method, path, body: asked }) =>
  method === "POST" && path === "/graphql" && asked.includes("gpuTypes") ? json(body) : null;

interface Search {
  readonly gpu_name: { readonly eq: string };
  readonly dph_total?: { readonly gte: number };
  readonly limit?: number;
}

/** Without a limit Vast cuts at 64 rows; a name that it does not know has none. */
const vast: Venue = ({ vast: offers }, { method, path, body }) => {
  if (method !== "POST" || path !== "/bundles/") return null;
  const { gpu_name, dph_total, limit = 64 } = JSON.parse(body) as Search;
  const price = (offer: Json): number => Number(offer.dph_total);
  const found = offers
    .filter((offer) => offer.gpu_name === gpu_name.eq && price(offer) >= (dph_total?.gte ?? 0))
    .sort((a, b) => price(a) - price(b));
  return json({ offers: found.slice(0, limit) });
};

const bearer = "Bearer token-of-the-stand-in";

const verda: Venue = ({ verda: rows }, { path, query, body, authorization }) => {
  if (path === "/instance-types") return json(rows.types);
  if (path === "/oauth2/token") {
    const { client_id: id, client_secret: secret } = JSON.parse(body || "{}") as Json;
    return id && secret
      ? json({ access_token: bearer.slice(7), expires_in: 3600 })
      : json({ code: "unauthorized_request" }, 401);
  }
  if (authorization !== bearer) return json({ code: "unauthorized_request" }, 401);
  if (path === "/locations") return json(rows.locations);
  if (path !== "/instance-availability") return null;
  return json(query.get("isSpot") === "true" ? rows.spot : rows.on_demand);
};

const vultr: Venue = ({ vultr: { plans, metal } }, { path, query }, { pageRows }) => {
  const field = path === "/plans" ? "plans" : path === "/plans-metal" ? "plans_metal" : null;
  if (field === null) return null;
  const rows = field === "plans" ? plans : metal;
  const perPage = Math.min(pageRows, Number(query.get("per_page") ?? 100));
  const start = Number(Buffer.from(query.get("cursor") ?? "", "base64").toString() || 0);
  const end = start + perPage;
  const next = end < rows.length ? Buffer.from(String(end)).toString("base64") : "";
  return json({
    [field]: rows.slice(start, end),
    meta: { total: rows.length, links: { next, prev: start === 0 ? "" : "x" } },
  });
};

const venues = { akash, azure, ecb, lium, oci, runpod, vast, verda, vultr } as const;

/** Ids of the sources that have a stand-in: all that ask over the network. */
export const venueIds = Object.keys(venues);

/** What a venue answers in good health; 404 for what it does not have. */
export const answerOf = (id: string, market: Market, asked: Asked, settings: VenueSettings): Reply =>
  venues[id as keyof typeof venues]?.(market, asked, settings) ?? notFound;
