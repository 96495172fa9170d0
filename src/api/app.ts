import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { AppError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { registerAccept } from "./accept.ts";
import { changesEndpoint } from "./changes.ts";
import { changesSummaryEndpoint } from "./changes-summary.ts";
import { commitmentsEndpoint } from "./commitments.ts";
import type { ApiContext } from "./context.ts";
import { curvesEndpoint } from "./curves.ts";
import { demandEndpoint } from "./demand.ts";
import { economicsEndpoint } from "./economics.ts";
import { registerFiniteQuery } from "./finite-query.ts";
import { fleetsEndpoint } from "./fleets.ts";
import { forwardEndpoint } from "./forward.ts";
import { gpusEndpoint } from "./gpus.ts";
import { isLoopback, registerGuard } from "./guard.ts";
import { indexEndpoint } from "./index-endpoint.ts";
import { indexReceiptsEndpoint } from "./index-receipts.ts";
import { indexSettlementEndpoint } from "./index-settlement.ts";
import { indexVerificationEndpoint } from "./index-verification.ts";
import { marketEndpoint } from "./market.ts";
import { offersEndpoint } from "./offers.ts";
import { openapi, transformObject } from "./openapi.ts";
import { type Operator, operatorEndpoints } from "./operator.ts";
import { createMetrics, type Metrics, opsEndpoints } from "./ops.ts";
import { registerPage } from "./page.ts";
import { pricesEndpoint } from "./prices.ts";
import { answerUnreadable, registerProblems } from "./problem.ts";
import { providersEndpoint } from "./providers.ts";
import { quotesEndpoint } from "./quotes.ts";
import { routesEndpoint } from "./routes.ts";
import { spreadsEndpoint } from "./spreads.ts";
import { tightnessEndpoint } from "./tightness.ts";
import { tokensEndpoint } from "./tokens.ts";

export interface AppOptions {
  readonly log?: Logger;
  readonly metrics?: Metrics;
  /** Does the work of the operator; absent where nobody else can reach the process. */
  readonly operator?: Operator;
  /** Serve page and documentation; off for one-shot commands. */
  readonly page?: boolean;
}

const requestsPerMinute = 1200;
const bodyLimit = 1024 * 1024;

/** Builds the server without listening. Endpoints are plugins of their own files. */
export const buildApp = async (context: ApiContext, options: AppOptions = {}): Promise<FastifyInstance> => {
  const app = fastify({
    ...(options.log ? { loggerInstance: options.log as FastifyBaseLogger } : { logger: false }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: answerUnreadable,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: true, verbose: true } },
  }).withTypeProvider<TypeBoxTypeProvider>();

  // Only JSON bodies: what a foreign page can send without asking (text/plain) is refused.
  app.removeContentTypeParser("text/plain");
  registerProblems(app);
  registerGuard(app, context.config);
  registerAccept(app);
  registerFiniteQuery(app);
  await app.register(swagger, { openapi: openapi(context.version), transformObject });
  if (!isLoopback(context.config.host)) await app.register(rateLimit, rateLimits);
  if (options.page) {
    await app.register(helmet, {
      contentSecurityPolicy: { directives: policy, useDefaults: false },
      strictTransportSecurity: false,
    });
    await app.register(swaggerUi, { routePrefix: "/docs" });
    await registerPage(app);
  }
  const endpoints = [
    gpusEndpoint,
    providersEndpoint,
    offersEndpoint,
    changesEndpoint,
    changesSummaryEndpoint,
    pricesEndpoint,
    indexEndpoint,
    indexReceiptsEndpoint,
    indexSettlementEndpoint,
    indexVerificationEndpoint,
    curvesEndpoint,
    demandEndpoint,
    forwardEndpoint,
    spreadsEndpoint,
    tightnessEndpoint,
    economicsEndpoint,
    commitmentsEndpoint,
    quotesEndpoint,
    routesEndpoint,
    marketEndpoint,
    tokensEndpoint,
    fleetsEndpoint,
  ];
  for (const endpoint of endpoints) await app.register(endpoint(context));
  await app.register(opsEndpoints(context, options.metrics ?? createMetrics()));
  if (options.operator) await app.register(operatorEndpoints(options.operator));
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  return app as unknown as FastifyInstance;
};

const rateLimits = {
  max: requestsPerMinute,
  timeWindow: "1 minute",
  errorResponseBuilder: (_request: unknown, { ttl }: { ttl: number }) =>
    new AppError("rate_limited", `more than ${requestsPerMinute} requests a minute`, {
      details: { retryAfterSeconds: ttl / 1000 },
    }),
};

const policy = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", "data:"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  scriptSrc: ["'self'"],
  connectSrc: ["'self'"],
  objectSrc: ["'none'"],
  frameAncestors: ["'none'"],
};
