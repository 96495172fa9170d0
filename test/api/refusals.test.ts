import { createHash } from "node:crypto";
import type { InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkBind } from "../../src/api/guard.ts";
import { toAppError } from "../../src/api/problem.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { type Market, openMarket } from "../helpers/market.ts";

let market: Market;
let client: Client;
beforeAll(async () => {
  market = await openMarket();
  client = await clientOf(market.app);
});
afterAll(() => market.close());

const post = (payload: string | object, type = "application/json") => ({
  method: "POST" as const,
  url: "/v1/quotes",
  payload,
  headers: { "content-type": type },
});
const request = { gpu: "a100-sxm-80gb", gpus: 8, hours: 1 };

describe("problems", () => {
  it("name what is there for an address that is none", async () => {
    const problem = await client.refused(404, "/v1/nothing?x=1");
    expect(problem).toMatchObject({ code: "not_found", errors: [] });
    expect(problem.detail).toContain("GET /v1/nothing;");
  });

  it("name the methods of an address that takes another", async () => {
    for (const [method, url, allow] of [
      ["DELETE", "/v1/offers", "GET, HEAD"],
      ["GET", "/v1/quotes", "POST"],
      ["POST", "/v1/quotes/x", "GET, HEAD"],
      ["PATCH", "/v1/index/h100/receipts?x=1", "GET, HEAD"],
      ["OPTIONS", "/healthz", "GET, HEAD"],
      ["QUERY", "/healthz", "GET, HEAD"],
    ] as [NonNullable<InjectOptions["method"]>, string, string][]) {
      expect(await client.refused(405, { method, url })).toMatchObject({ code: "method_not_allowed" });
      expect((await market.app.inject({ method, url })).headers.allow, url).toBe(allow);
    }
    await client.refused(405, { ...post("{gpu"), url: "/v1/offers" });
    await client.refused(404, { ...post("{gpu"), url: "/v1/nothing" });
  });

  it.each<[string, string | null, RegExp]>([
    ["/v1/gpus", "application/vnd.apache.arrow.stream", /answers application\/json$/],
    ["/v1/offers", "application/vnd.apache.parquet", /answers application\/json and text\/csv$/],
    ["/v1/gpus", "text/csv", /answers application\/json$/],
    ["/v1/offers", "application/json;q=0, text/html", /text\/csv$/],
  ])("%s in the form %s name the forms there are", async (url, accept, words) => {
    const problem = await client.refused(406, { url, headers: { accept: accept! } });
    expect(problem).toMatchObject({ code: "not_acceptable", detail: expect.stringMatching(words) });
  });

  it.each([
    ["/v1/gpus", "*/*", /^application\/json/],
    ["/v1/gpus", "text/html, application/xhtml+xml, */*;q=0.8", /^application\/json/],
    ["/v1/gpus", "text/csv, application/json;q=0.5", /^application\/json/],
    ["/v1/gpus", "application/*", /^application\/json/],
    ["/v1/offers", "text/csv", /^text\/csv/],
    ["/v1/offers", "application/json, text/csv", /^application\/json/],
    ["/v1/offers", "application/json;q=0.5, text/csv", /^text\/csv/],
    ["/v1/offers?format=csv", "application/vnd.apache.arrow.stream", /^text\/csv/],
    ["/v1/offers", "", /^application\/json/],
  ])("of %s none for Accept: %s", async (url, accept, type) => {
    const reply = await market.app.inject({ url, headers: { accept } });
    expect([reply.statusCode, reply.headers["content-type"]]).toEqual([200, expect.stringMatching(type)]);
  });

  it.each([
    ["/v1/offers?limit=0", "limit", "must be a whole number from 1 to 10000"],
    ["/v1/offers?limit=some", "limit", "must be a whole number from 1 to 10000"],
    ["/v1/offers?min_gpus=0", "min_gpus", "must be a whole number of at least 1"],
    ["/v1/offers?min_reliability=2", "min_reliability", "must be a number from 0 to 1"],
    ["/v1/offers?executable_only=2", "executable_only", "must be true or false"],
    ["/v1/offers?gpu=", "gpu", "must be a text that is not empty"],
    ["/v1/offers?country=x", "country", '"x" is no ISO 3166-1 alpha-2 code of a country'],
    ["/v1/listings/x", "id", '"x" is not of the form: 16 hexadecimal digits'],
    ["/v1/offers?at=2026-02-30", "at", '"2026-02-30" is not a day of the calendar or a time of the clock'],
    ["/v1/offers?at=1969-12-31", "at", '"1969-12-31" lies outside the years 1970 to 9999'],
    ["/v1/offers?at=noon", "at", '"noon" is not a time; write it like 2026-08-07T06:00:00Z'],
    ["/v1/offers?as_of=2027-01-01", "as_of", "2027-01-01 is in the future"],
    ["/v1/index?gpu=h100&interval=1h", "interval", "is of a series. Give from or to as well"],
    ["/v1/index/verification?from=2026-08-02&to=2026-08-01", "from", "must not be after to (2026-08-01)"],
  ])("say of %s what is allowed", async (url, field, message) => {
    expect((await client.refused(400, url)).errors).toEqual([{ field, message }]);
  });

  it("of an interval that the method has not name the one it has", async () => {
    const problem = await client.refused(400, "/v1/index?gpu=h100&method=hedonic&interval=1h");
    expect(problem.errors).toEqual([
      { field: "interval", message: "a hedonic index has a value a day", allowed: ["1d"] },
    ]);
    const { data } = await client.get<object[]>("/v1/index?gpu=h100&method=hedonic&interval=1d");
    expect(data.length).toBeGreaterThan(0);
  });

  it("say of a body what is allowed", async () => {
    const body = { gpus: 0, hours: 0, any_of: "h100", regions: [], min: 1 };
    const { errors } = await client.refused(400, { ...post(body), url: "/v1/routes" });
    expect(errors).toEqual(
      expect.arrayContaining([
        { field: "gpus", message: "must be a whole number from 1 to 100000" },
        { field: "hours", message: "must be a number above 0 and at most 100000" },
        { field: "regions", message: "must be a list of 1 to 200 entries" },
        { field: "min", message: "must be an object" },
      ]),
    );
  });

  it("refuse a body that is no JSON, none at all, too large or of another kind", async () => {
    expect(await client.refused(400, post("{gpu"))).toMatchObject({ code: "bad_input" });
    expect(await client.refused(400, post(""))).toMatchObject({ code: "bad_input" });
    expect(await client.refused(400, post("[]"))).toMatchObject({ code: "bad_input" });
    const large = JSON.stringify({ ...request, gpu: "x".repeat(1024 * 1024) });
    expect(await client.refused(413, post(large))).toMatchObject({ code: "too_large" });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
      expect(await client.refused(415, post(JSON.stringify(request), type))).toMatchObject({
        code: "unsupported_media",
      });
  });

  it("list every fault of a request at once", async () => {
    const { errors, detail } = await client.refused(400, post({ gpus: 0, hours: -1, colour: "red" }));
    expect(errors.map(({ field }) => field).sort()).toEqual(["colour", "gpu", "gpus", "hours"]);
    expect(detail).toContain("colour: there is no such body field");
  });

  it("refuse broken addresses", async () => {
    for (const url of ["/v1/listings/%", "/%00", `/v1/quotes/${"x".repeat(500)}`]) {
      const reply = await market.app.inject(url);
      expect(reply.statusCode, url).toBeGreaterThanOrEqual(400);
      expect(reply.statusCode, url).toBeLessThan(500);
      expect(reply.headers["content-type"], url).toMatch(/^application\/problem\+json/);
    }
  });

  it("ask to come back later where too many wait for a model", async () => {
    const terms = { gpu: "h100-sxm", gpus: 8, months: 12, usd_per_gpu_hour: 2, market_usd_per_gpu_hour: 2 };
    const asked = Array.from({ length: 60 }, (_, seed) =>
      market.app.inject({ method: "POST", url: "/v1/commitments", payload: { ...terms, seed } }),
    );
    const replies = await Promise.all(asked);
    expect(new Set(replies.map(({ statusCode }) => statusCode))).toEqual(new Set([200, 503]));
    const refused = replies.find(({ statusCode }) => statusCode === 503)!;
    expect(refused.headers["retry-after"]).toBe("5");
    expect(refused.json()).toMatchObject({ code: "unavailable", retry_after_s: 5 });
  });

  it("tell nothing of the inside", () => {
    const error = toAppError(new TypeError("cannot read secret of undefined at inside.ts:3"));
    expect(error.code).toBe("internal");
    expect(error.message).not.toContain("secret");
    expect(toAppError(Object.assign(new Error("slow down"), { statusCode: 429 })).code).toBe("rate_limited");
    expect(toAppError(Object.assign(new Error("busy"), { statusCode: 503 })).retryable).toBe(true);
  });
});

describe("the Host header on loopback", () => {
  const statusFor = async (app: Market["app"], host: string, url = "/v1/gpus?q=h100") =>
    (await app.inject({ url, headers: { host } })).statusCode;

  it.each(["localhost", "localhost:8080", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080", "LOCALHOST:1"])(
    "%s is this machine",
    async (host) => {
      expect(await statusFor(market.app, host)).toBe(200);
    },
  );

  it.each([
    "evil.example",
    "evil.example:8080",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "128.0.0.1",
  ])("%s is not", async (host) => {
    const reply = await market.app.inject({ url: "/v1/gpus", headers: { host } });
    expect(reply.statusCode).toBe(403);
    expect(reply.json()).toMatchObject({ code: "forbidden" });
    for (const url of ["/", "/healthz", "/metrics", "/openapi.json", "/v1/nothing"])
      expect(await statusFor(market.app, host, url)).toBe(403);
    const posted = await market.app.inject({ ...post(request), headers: { host } });
    expect(posted.statusCode).toBe(403);
  });

  it("may be one that the operator allows", async () => {
    const other = await openMarket({ empty: true, environment: { GPUTAPE_ALLOWED_HOSTS: "tape.lan, box" } });
    expect(await statusFor(other.app, "tape.lan:8080")).toBe(200);
    expect(await statusFor(other.app, "box")).toBe(200);
    expect(await statusFor(other.app, "evil.example")).toBe(403);
    await other.close();
  });

  it("brings no cross-origin header along", async () => {
    const headers = { host: "localhost", origin: "https://evil.example" };
    const reply = await market.app.inject({ url: "/v1/gpus", headers });
    expect(reply.headers["access-control-allow-origin"]).toBeUndefined();
    const asked = await market.app.inject({ method: "OPTIONS", url: "/v1/quotes", headers });
    expect(asked.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("keys on another address", () => {
  const keyLine = (name: string, scopes: string) =>
    `${name}:${scopes}:${createHash("sha256").update(`key-of-${name}`).digest("hex")}`;
  let open: Market;
  beforeAll(async () => {
    const GPUTAPE_KEYS = [keyLine("reader", "read"), keyLine("desk", "read+quote")].join(",");
    open = await openMarket({ environment: { GPUTAPE_HOST: "0.0.0.0", GPUTAPE_KEYS } });
  });
  afterAll(() => open.close());

  const ask = (options: { url: string; key?: string; payload?: object; header?: string; host?: string }) =>
    open.app.inject({
      url: options.url,
      headers: {
        host: options.host ?? "tape.example",
        ...(options.key === undefined
          ? {}
          : options.header
            ? { [options.header]: options.key }
            : { authorization: `Bearer ${options.key}` }),
      },
      ...(options.payload === undefined ? {} : { method: "POST", payload: options.payload }),
    });

  it("are needed for everything but the health checks", async () => {
    for (const url of ["/v1/gpus", "/v1/offers", "/openapi.json", "/metrics", "/v1/nothing", "/healthz/x"]) {
      const reply = await ask({ url });
      expect(reply.statusCode, url).toBe(401);
      expect(reply.json()).toMatchObject({ code: "unauthorised" });
    }
    expect((await ask({ url: "/healthz" })).statusCode).toBe(200);
    expect((await ask({ url: "/readyz" })).statusCode).toBe(200);
    expect((await ask({ url: "/v1/gpus", host: "localhost" })).statusCode).toBe(401);
  });

  it("must be known", async () => {
    expect((await ask({ url: "/v1/gpus", key: "key-of-nobody" })).statusCode).toBe(401);
    expect((await ask({ url: "/v1/gpus", key: keyLine("reader", "read").split(":")[2]! })).statusCode).toBe(
      401,
    );
  });

  it("open what their scope covers, by either header", async () => {
    expect((await ask({ url: "/v1/gpus", key: "key-of-reader" })).statusCode).toBe(200);
    expect((await ask({ url: "/v1/gpus", key: "key-of-reader", header: "x-api-key" })).statusCode).toBe(200);
    const quoted = await ask({ url: "/v1/quotes", key: "key-of-desk", payload: request });
    expect(quoted.statusCode).toBe(200);
    const { quote_id } = (quoted.json() as { data: { quote_id: string } }).data;
    expect((await ask({ url: `/v1/quotes/${quote_id}`, key: "key-of-desk" })).statusCode).toBe(200);
  });

  it.each(["/v1/quotes", "/v1/routes", "/v1/%71uotes", "/v1/%72outes", "/v1/quotes?x=1"])(
    "do not open %s without the scope",
    async (url) => {
      const reply = await ask({ url, key: "key-of-reader", payload: { ...request } });
      expect(reply.statusCode).toBe(403);
      expect(reply.json()).toMatchObject({ code: "forbidden", detail: "the key lacks the scope quote" });
    },
  );

  it("limit the requests of a minute and say when to come back", async () => {
    const limited = await openMarket({
      empty: true,
      environment: { GPUTAPE_HOST: "0.0.0.0", GPUTAPE_KEYS: keyLine("reader", "read") },
    });
    const headers = { authorization: "Bearer key-of-reader" };
    const more = await Promise.all(
      Array.from({ length: 1201 }, () => limited.app.inject({ url: "/healthz", headers })),
    );
    const refused = more.find(({ statusCode }) => statusCode === 429)!;
    expect(refused.json()).toMatchObject({ code: "rate_limited", status: 429 });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    await limited.close();
  });

  it("are a must: without them only loopback can be bound", () => {
    expect(() => checkBind({ host: "0.0.0.0", keys: [] })).toThrow(/needs keys/);
    expect(() => checkBind({ host: "127.0.0.1", keys: [] })).not.toThrow();
    expect(() => checkBind({ host: "::", keys: open.context.config.keys })).not.toThrow();
  });
});
