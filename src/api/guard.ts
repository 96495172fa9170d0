import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ApiKey, Config } from "../config.ts";
import { AppError } from "../errors.ts";

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]", "::1"]);

/** The address is this machine's own. */
export const isLoopback = (host: string): boolean =>
  loopbackNames.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host);

/** Throws unless the bind address is loopback or there are keys. */
export const checkBind = ({ host, keys }: Pick<Config, "host" | "keys">): void => {
  if (isLoopback(host) || keys.length > 0) return;
  throw new AppError(
    "bad_input",
    `--host: ${host} is not loopback, so it needs keys; make one with \`gputape keys\` and set GPUTAPE_KEYS, or bind 127.0.0.1`,
  );
};

const hostName = (header: string): string => header.replace(/:\d+$/, "").toLowerCase();

/** By the endpoint that will answer: an address may be written in several ways (%71uotes). */
const needsScope = ({ routeOptions: { url = "" } }: FastifyRequest): string =>
  scopes.find(([start]) => url.startsWith(start))?.[1] ?? "read";

const scopes = [
  ["/v1/quotes", "quote"],
  ["/v1/routes", "quote"],
  ["/v1/admin", "admin"],
] as const;

const open = new Set(["/healthz", "/readyz"]);

const keyOf = (request: FastifyRequest): string | null => {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const header = request.headers["x-api-key"];
  return bearer ?? (typeof header === "string" ? header : null);
};

const matching = (keys: readonly ApiKey[], secret: string): ApiKey | undefined => {
  const digest = createHash("sha256").update(secret).digest();
  return keys.find((key) => timingSafeEqual(Buffer.from(key.sha256, "hex"), digest));
};

/**
 * On loopback requests must be addressed to loopback (a page elsewhere cannot rebind its name here) and need no
 * key, those of the operator aside; on any other address each needs a key with the scope of what it asks.
 */
export const registerGuard = (app: FastifyInstance, { host, keys, allowedHosts }: Config): void => {
  const local = isLoopback(host);
  app.addHook("onRequest", async (request) => {
    const named = hostName(request.headers.host ?? "");
    if (local && !isLoopback(named) && !allowedHosts.includes(named)) {
      throw new AppError(
        "forbidden",
        `Host: "${named}" is not this machine; add it to GPUTAPE_ALLOWED_HOSTS if it should be`,
      );
    }
    const scope = needsScope(request);
    if ((local && scope !== "admin") || open.has(request.routeOptions.url ?? "")) return;
    const secret = keyOf(request);
    if (secret === null) throw new AppError("unauthorised", "send a key as `Authorization: Bearer KEY`");
    const key = matching(keys, secret);
    if (!key) throw new AppError("unauthorised", "the key is not known here");
    if (!key.scopes.includes(scope)) throw new AppError("forbidden", `the key lacks the scope ${scope}`);
  });
};
