import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { ApiContext } from "./context.ts";

type Endpoint = (context: ApiContext) => FastifyPluginAsyncTypebox;

/** Where the addresses of an endpoint begin, and how it is loaded: a command that asks one of them needs no other. */
const endpoints: readonly (readonly [starts: readonly string[], load: () => Promise<Endpoint>])[] = [
  [["/v1/gpus"], async () => (await import("./gpus.ts")).gpusEndpoint],
  [["/v1/providers", "/v1/rejects"], async () => (await import("./providers.ts")).providersEndpoint],
  [["/v1/offers", "/v1/listings"], async () => (await import("./offers.ts")).offersEndpoint],
  [["/v1/changes"], async () => (await import("./changes.ts")).changesEndpoint],
  [["/v1/changes/summary"], async () => (await import("./changes-summary.ts")).changesSummaryEndpoint],
  [["/v1/prices"], async () => (await import("./prices.ts")).pricesEndpoint],
  [["/v1/index"], async () => (await import("./index-endpoint.ts")).indexEndpoint],
  [["/v1/index"], async () => (await import("./index-receipts.ts")).indexReceiptsEndpoint],
  [["/v1/index"], async () => (await import("./index-settlement.ts")).indexSettlementEndpoint],
  [["/v1/index"], async () => (await import("./index-verification.ts")).indexVerificationEndpoint],
  [["/v1/curves/supply"], async () => (await import("./curves.ts")).curvesEndpoint],
  [["/v1/curves/demand"], async () => (await import("./demand.ts")).demandEndpoint],
  [["/v1/curves/forward"], async () => (await import("./forward.ts")).forwardEndpoint],
  [["/v1/spreads"], async () => (await import("./spreads.ts")).spreadsEndpoint],
  [["/v1/tightness"], async () => (await import("./tightness.ts")).tightnessEndpoint],
  [["/v1/economics"], async () => (await import("./economics.ts")).economicsEndpoint],
  [["/v1/commitments"], async () => (await import("./commitments.ts")).commitmentsEndpoint],
  [["/v1/quotes"], async () => (await import("./quotes.ts")).quotesEndpoint],
  [["/v1/routes"], async () => (await import("./routes.ts")).routesEndpoint],
  [["/v1/market"], async () => (await import("./market.ts")).marketEndpoint],
  [["/v1/tokens"], async () => (await import("./tokens.ts")).tokensEndpoint],
  [["/v1/fleets"], async () => (await import("./fleets.ts")).fleetsEndpoint],
];

/** The endpoints that may answer `path`, in the order of the documentation; all of them without one. */
export const loadEndpoints = (path?: string): Promise<Endpoint[]> =>
  Promise.all(
    endpoints
      .filter(([starts]) => path === undefined || starts.some((start) => `${path}/`.startsWith(`${start}/`)))
      .map(([, load]) => load()),
  );
