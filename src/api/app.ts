import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { AppError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { registerAccept } from "./accept.ts";
import type { ApiContext } from "./context.ts";
import { loadEndpoints } from "./endpoints.ts";
import { fastify, LogController } from "./fastify.ts";
import { registerFiniteQuery } from "./finite-query.ts";
import { isLoopback, registerGuard } from "./guard.ts";
import { type Operator, operatorEndpoints } from "./operator.ts";
import { createMetrics, type Metrics, opsEndpoints } from "./ops.ts";
import { answerUnreadable, registerProblems } from "./problem.ts";

export interface AppOptions {
  readonly log?: Logger;
  readonly metrics?: Metrics;
  /** Does the work of the operator; absent where nobody else can reach the process. */
  readonly operator?: Operator;
  /** The one address that will be asked: nothing else is loaded. Default all, with their document. */
  readonly only?: string;
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
  if (options.only === undefined) await registerDocument(app, context.version);
  if (!isLoopback(context.config.host)) await app.register(import("@fastify/rate-limit"), rateLimits);
  if (options.page) {
    await app.register(import("@fastify/helmet"), {
      contentSecurityPolicy: { directives: policy, useDefaults: false },
      strictTransportSecurity: false,
    });
    await app.register(import("@fastify/swagger-ui"), { routePrefix: "/docs" });
    const { registerPage } = await import("./page.ts");
    await registerPage(app);
  }
  for (const endpoint of await loadEndpoints(options.only)) await app.register(endpoint(context));
  if (options.only === undefined)
    await app.register(opsEndpoints(context, options.metrics ?? createMetrics()));
  if (options.operator) await app.register(operatorEndpoints(options.operator));
  return app as unknown as FastifyInstance;
};

const registerDocument = async (app: FastifyInstance, version: string): Promise<void> => {
  const { openapi, transformObject } = await import("./openapi.ts");
  await app.register(import("@fastify/swagger"), { openapi: openapi(version), transformObject });
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
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
