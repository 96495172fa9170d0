import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { AppError } from "../errors.ts";
import { Type } from "../typebox.ts";
import type { ApiContext } from "./context.ts";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "./prom-client.ts";
import { problems } from "./schema.ts";

/** The program's metrics; one registry a server. */
export interface Metrics {
  readonly registry: Registry;
  readonly pulls: Counter<"source" | "status">;
  readonly pullSeconds: Histogram<"source">;
  readonly fitSeconds: Histogram<"task" | "status">;
  readonly requests: Histogram<"method" | "route" | "status">;
}

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    pulls: new Counter({
      name: "gputape_pulls_total",
      help: "Pulls by source and status",
      labelNames: ["source", "status"],
      registers,
    }),
    pullSeconds: new Histogram({
      name: "gputape_pull_seconds",
      help: "Seconds from the first request of a pull to its commit",
      labelNames: ["source"],
      buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60],
      registers,
    }),
    fitSeconds: new Histogram({
      name: "gputape_fit_seconds",
      help: "Seconds a model took in its thread",
      labelNames: ["task", "status"],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
      registers,
    }),
    requests: new Histogram({
      name: "gputape_http_request_seconds",
      help: "Seconds to answer a request",
      labelNames: ["method", "route", "status"],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
      registers,
    }),
  };
};

const bookGauges = ({ registry }: Metrics, { tape, clock }: ApiContext): void => {
  const registers = [registry];
  new Gauge({
    name: "gputape_book_offers",
    help: "Live listings in the book",
    registers,
    collect() {
      this.set(tape.book().offers.length);
    },
  });
  new Gauge({
    name: "gputape_source_age_seconds",
    help: "Seconds since a source last saw its market",
    labelNames: ["source"],
    registers,
    collect() {
      for (const { source, lastGoodAt } of tape.book().sources.values()) {
        if (lastGoodAt !== null) this.set({ source }, (clock() - lastGoodAt) / 1000);
      }
    },
  });
};

/** Whether a source that is on has not been asked yet: an empty book may only be early. */
const isFirstBookDue = ({ config, health }: ApiContext): boolean =>
  config.collect && health().some(({ enabled, last }) => enabled && last === null);

const notYet = (): AppError =>
  new AppError("unavailable", "the first book is not built yet: no source has answered", {
    retryable: true,
    details: { retryAfterSeconds: 1 },
  });

/** GET /healthz, /readyz and /metrics. */
export const opsEndpoints = (context: ApiContext, metrics: Metrics): FastifyPluginAsyncTypebox => {
  bookGauges(metrics, context);
  return async (app) => {
    app.addHook("onResponse", async (request, reply) => {
      const route = request.routeOptions.url ?? "none";
      metrics.requests.observe(
        { method: request.method, route, status: String(reply.statusCode) },
        reply.elapsedTime / 1000,
      );
    });
    const live = Type.Object({ status: Type.String(), version: Type.String() });
    app.get("/healthz", { schema: { tags: ["ops"], response: { 200: live } } }, async () => ({
      status: "ok",
      version: context.version,
    }));

    const ready = Type.Object({
      ready: Type.Boolean(),
      offers: Type.Integer(),
      sources_failing: Type.Array(Type.String()),
    });
    app.get("/readyz", { schema: { tags: ["ops"], response: { 200: ready, ...problems } } }, async () => {
      const sourcesFailing = context
        .health()
        .filter(({ last }) => last?.status === "failed")
        .map(({ source }) => source.id);
      await context.tape.database.reader.run("select 1").catch((cause: unknown) => {
        throw new AppError("unavailable", "the tape does not answer", { cause });
      });
      const offers = context.tape.book().offers.length;
      if (offers === 0 && isFirstBookDue(context)) throw notYet();
      return { ready: true, offers, sources_failing: sourcesFailing };
    });

    app.get("/metrics", { schema: { tags: ["ops"], hide: true } }, async (_request, reply) =>
      reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
    );
  };
};
