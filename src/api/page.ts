import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

/** Folder of the built page, whether run built or from source. */
export const pageFolder = (): string =>
  fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../../dist/web/" : "../web/", import.meta.url));

const notBuilt = "The page is not built. Run `npm run build`, then reload. The API is at /docs.";

/** Serves the page at /; its hashed assets may be cached for ever, the page itself not. */
export const registerPage = async (app: FastifyInstance): Promise<void> => {
  const root = pageFolder();
  if (!existsSync(root)) {
    app.get("/", { schema: { hide: true } }, async (_request, reply) =>
      reply.type("text/plain; charset=utf-8").send(notBuilt),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root,
    preCompressed: false,
    setHeaders: (reply, path) => {
      const lasting = path.includes("/assets/");
      reply.header("cache-control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
};
