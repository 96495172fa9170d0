import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fastify from "fastify";
import { Type } from "typebox";
import { offerRowSchema } from "../src/api/offer-row.ts";
import { quoteSchema } from "../src/api/quotes.ts";
import { answer } from "../src/api/schema.ts";
import { openService } from "../src/cli/service.ts";
import { readConfig } from "../src/config.ts";
import { aPull } from "../test/helpers/tape.ts";
import { syntheticOffers } from "./synthetic.ts";

/*
 * The server under load, in a process of its own: the real API over 50,000 offers, and beside it a bare Fastify
 * with one route a kind that returns the same objects through the same response schema.
 */

const folder = mkdtempSync(join(tmpdir(), "gputape-bench-"));
const clock = (): number => Date.now();
const config = readConfig({ GPUTAPE_DB: join(folder, "tape.duckdb"), GPUTAPE_LOG_LEVEL: "silent" });
const service = await openService({ config, clock });
const now = clock();
const offers = syntheticOffers(Number(process.argv[2] ?? 50_000), now);
await service.tape.write(aPull({ source: "lium", observedAt: now, everyMinutes: 60 }), offers);
const app = await service.app();
const url = await app.listen({ port: 0, host: "127.0.0.1" });

const quoteBody = { gpu: "h100-sxm", gpus: 64, hours: 24 };
const list = JSON.parse((await app.inject("/v1/offers?limit=50")).body);
const quote = JSON.parse((await app.inject({ method: "POST", url: "/v1/quotes", payload: quoteBody })).body);
const bare = fastify({ logger: false });
bare.get("/list", { schema: { response: { 200: answer(Type.Array(offerRowSchema)) } } }, async () => list);
bare.post(
  "/quote",
  {
    schema: { body: Type.Object({}, { additionalProperties: true }), response: { 200: answer(quoteSchema) } },
  },
  async () => quote,
);
const bareUrl = await bare.listen({ port: 0, host: "127.0.0.1" });

process.send?.({ url, bareUrl, quoteBody });
process.on("message", async (message) => {
  if (message === "memory") process.send?.({ rss: process.memoryUsage().rss });
  if (message !== "stop") return;
  await Promise.all([app.close(), bare.close()]);
  await service.close();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
