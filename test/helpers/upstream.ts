import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { emptyFor, fixtureAnswer, networkIds } from "./fixture-venue.ts";
import { reprice } from "./reprice.ts";
import { syntheticNodes } from "./synthetic-nodes.ts";
import { fixtureMarket, type Market, sampleMarket } from "./venue-rows.ts";
import { type Asked, answerOf, type Reply, type VenueSettings, venueIds } from "./venues.ts";

/**
 * How a venue behaves: `status` answers 500, `hang` never answers, `truncate` breaks off in the body, `garbage`
 * answers 200 with a page, `noise` with random bytes, `empty` with the right shape and nothing in it.
 */
export type Behaviour = "ok" | "status" | "hang" | "truncate" | "garbage" | "noise" | "empty";

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly source: string;
  readonly time: number;
  readonly behaviour: Behaviour;
  readonly query: URLSearchParams;
  /** What was posted. */
  readonly posted: string;
  /** What was answered in full; null where nothing was. */
  readonly body: string | null;
}

export interface UpstreamOptions {
  /** Folder of recorded samples, relative to the repository; default our fixtures. */
  readonly samples?: string;
  /** A recorded day of Vast in place of the pick of its offers. */
  readonly vastDay?: string;
  /** This many made-up Lium nodes in place of the few. */
  readonly nodes?: number;
  readonly seed?: number;
  /** Rows of a page of Azure and Vultr. Default 3, so that there are pages. */
  readonly pageRows?: number;
  readonly clock?: () => number;
  /** Decides on each request, before `behave`; null leaves it to that. */
  readonly behaviour?: (source: string, asked: Asked) => Behaviour | null;
  /** Sources with a venue of their own; all others are answered from their fixtures. Default all of them. */
  readonly venues?: readonly string[];
  /** Leaves sources without a venue of their own on, to be answered from their fixtures or samples. */
  readonly everySource?: boolean;
  /** Called with each answer in place of keeping it in `requests`. */
  readonly onRequest?: (request: LoggedRequest) => void;
}

/** A loopback server that stands in for every venue. */
export interface Upstream {
  readonly url: string;
  readonly urls: Readonly<Record<string, string>>;
  /** GPUTAPE_SOURCE_URL_<ID> of every source, and GPUTAPE_DISABLE for those without a venue of their own. */
  readonly env: Readonly<Record<string, string>>;
  readonly market: Market;
  readonly requests: readonly LoggedRequest[];
  /** Requests that were left without an answer and are still waiting. */
  readonly hanging: () => number;
  readonly behave: (source: string, behaviour: Behaviour) => void;
  /** Scales the prices of one venue or of all, counted from the original ones. */
  readonly reprice: (factor: number, source?: string) => void;
  readonly close: () => Promise<void>;
}

const startMarket = ({ samples, vastDay, nodes, seed }: UpstreamOptions): Market => {
  const market = samples === undefined ? fixtureMarket() : sampleMarket(samples, vastDay);
  return nodes === undefined ? market : { ...market, lium: syntheticNodes(nodes, seed) };
};

export const startUpstream = async (options: UpstreamOptions = {}): Promise<Upstream> => {
  const market = startMarket(options);
  const clock = options.clock ?? Date.now;
  const own = options.venues ?? venueIds;
  let hanging = 0;
  const requests: LoggedRequest[] = [];
  const behaviours = new Map<string, Behaviour>();
  const factors = new Map<string, number>();
  const priced = new Map<string, { readonly factor: number; readonly market: Market }>();

  const marketOf = (source: string): Market => {
    const factor = factors.get(source) ?? 1;
    const known = priced.get(source);
    if (known?.factor === factor) return known.market;
    const part = reprice(market[source as keyof Market], factor);
    const made = { ...market, [source]: part };
    priced.set(source, { factor, market: made });
    return made;
  };

  const keep = (request: LoggedRequest): void => void requests.push(request);
  const server = createServer(async (request, response) => {
    const { source, asked } = await read(request);
    const settings: VenueSettings = { pageRows: options.pageRows ?? 3, now: clock() };
    const fixture = { source, samples: options.samples !== undefined, factor: factors.get(source) ?? 1 };
    const good = (): Reply =>
      own.includes(source)
        ? answerOf(source, marketOf(source), asked, settings)
        : (fixtureAnswer(fixture, asked) ?? notFound);
    const behaviour = options.behaviour?.(source, asked) ?? behaviours.get(source) ?? "ok";
    const empty = (): string => emptyFor(source, asked);
    const body = send(response, behaviour, good, empty);
    if (behaviour === "hang") {
      hanging++;
      response.on("close", () => hanging--);
    }
    const { method, path, query, body: posted } = asked;
    (options.onRequest ?? keep)({ method, path, query, posted, source, time: clock(), behaviour, body });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ids = [...new Set([...venueIds, ...networkIds()])];
  const urls = Object.fromEntries(ids.map((id) => [id, `${url}/${id}`]));
  return {
    url,
    urls,
    env: {
      ...Object.fromEntries(ids.map((id) => [variableOf(id), `${url}/${id}`])),
      ...(options.everySource ? {} : { GPUTAPE_DISABLE: ids.filter((id) => !own.includes(id)).join(",") }),
    },
    market,
    requests,
    hanging: () => hanging,
    behave: (source, behaviour) => void behaviours.set(source, behaviour),
    reprice: (factor, source) => {
      for (const id of source === undefined ? ids : [source]) factors.set(id, factor);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

const notFound: Reply = { status: 404, body: '{"error":"not found"}' };

const variableOf = (id: string): string => `GPUTAPE_SOURCE_URL_${id.toUpperCase().replaceAll("-", "_")}`;

const read = async (request: IncomingMessage): Promise<{ source: string; asked: Asked }> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const [, source = "", path = "/"] = /^\/([^/]*)(.*)$/.exec(url.pathname) ?? [];
  const asked: Asked = {
    method: request.method ?? "GET",
    path,
    query: url.searchParams,
    body: Buffer.concat(parts).toString("utf8"),
    authorization: request.headers.authorization ?? null,
  };
  return { source, asked };
};

const page = "<!doctype html><html><body><h1>We will be back soon</h1></body></html>";

/** Answers; returns the body where it was given in full with status 2xx. */
const send = (
  response: ServerResponse,
  behaviour: Behaviour,
  good: () => Reply,
  empty: () => string,
): string | null => {
  const write = (status: number, type: string, body: string | Buffer): void => {
    response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
  };
  const noise = Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 37) % 256));
  const instead: Partial<Record<Behaviour, readonly [status: number, type: string, body: string | Buffer]>> =
    {
      status: [500, "text/plain", "internal error"],
      garbage: [200, "text/html", page],
      noise: [200, "application/json", noise],
      empty: [200, "application/json", empty()],
    };
  if (behaviour === "hang") return null;
  const other = instead[behaviour];
  if (other) {
    write(...other);
    return other[0] === 200 ? other[2].toString() : null;
  }
  const { status = 200, type = "application/json", body } = good();
  if (behaviour === "ok") {
    write(status, type, body);
    return status < 300 ? body : null;
  }
  const half = Buffer.from(body).subarray(0, Math.floor(Buffer.byteLength(body) / 2));
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.write(half, () => response.destroy());
  return null;
};
