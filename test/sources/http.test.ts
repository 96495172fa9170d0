import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test, vi } from "vitest";
import { AppError } from "../../src/errors.ts";
import { createHttp, type HttpOptions } from "../../src/sources/http.ts";
import { maskUrl } from "../../src/sources/http-failure.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const servers: Server[] = [];

afterEach(() => {
  vi.unstubAllGlobals();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server on this machine; `count` is the number of the request, from 1. */
const serve = async (handler: Handler): Promise<{ url: string; seen: IncomingMessage[] }> => {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    handler(request, response, seen.length);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
};

const now = Date.UTC(2026, 10, 20, 12);

/** A client whose waits are written down instead of waited. */
const client = (options: Partial<HttpOptions> = {}) => {
  const waits: number[] = [];
  const http = createHttp({
    version: "1.2.3",
    clock: () => now,
    random: () => 0,
    sleep: async (ms) => {
      waits.push(ms);
    },
    ...options,
  });
  return { http, waits };
};

const failureOf = async (promise: Promise<unknown>): Promise<AppError> => {
  const error = await promise.then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: "upstream_failed" });
  return error as AppError;
};

const end =
  (status: number, body = "", headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

test("answers with the body as it came and says who asks", async () => {
  const { url, seen } = await serve(end(200, '{"ok":true}', { "content-type": "application/json" }));
  const payload = await client().http({
    name: "types",
    url: `${url}/types?key=hunter2`,
    headers: { "x-api-key": "k" },
  });
  expect(payload).toEqual({
    name: "types",
    url: `${url}/types?key=***`,
    status: 200,
    contentType: "application/json",
    body: '{"ok":true}',
    fetchedAt: now,
  });
  expect(seen[0]?.headers).toMatchObject({ "user-agent": "gputape/1.2.3", "x-api-key": "k" });
  expect(seen[0]?.url).toBe("/types?key=hunter2");
});

test("posts JSON and forms, again on a retry", async () => {
  const bodies: string[] = [];
  const { url, seen } = await serve((request, response, count) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(count === 1 ? 500 : 200).end();
    });
  });
  const { http } = client();
  await http({ name: "search", url, method: "POST", json: { limit: 64 } });
  await http({ name: "token", url, form: { grant: "a b" } });
  expect(bodies).toEqual(['{"limit":64}', '{"limit":64}', "grant=a+b"]);
  expect(seen.map((request) => request.headers["content-type"])).toEqual([
    "application/json",
    "application/json",
    "application/x-www-form-urlencoded",
  ]);
});

test("500 then 200 is an answer, after a wait with jitter that doubles", async () => {
  const { url } = await serve(
    (_request, response, count) => void response.writeHead(count < 3 ? 500 : 200).end("ok"),
  );
  const { http, waits } = client({ backoffMs: 100 });
  expect((await http({ name: "x", url })).body).toBe("ok");
  expect(waits).toEqual([50, 100]);
});

test("a status that stays is an error in words", async () => {
  const { url, seen } = await serve(end(503, "<html>busy</html>"));
  const error = await failureOf(client().http({ name: "types", url: `${url}/v1?token=abc` }));
  expect(error.message).toBe(`types (${url}/v1?token=***) answered 503 three times`);
  expect(error.details).toEqual({ kind: "status", status: 503, attempts: 3 });
  expect(error.retryable).toBe(true);
  expect(seen).toHaveLength(3);
});

test("a status that says no is not asked again", async () => {
  const { url, seen } = await serve(end(403));
  const error = await failureOf(client().http({ name: "x", url }));
  expect(error.message).toMatch(/answered 403$/);
  expect(error.details).toEqual({ kind: "status", status: 403, attempts: 1 });
  expect(error.retryable).toBe(false);
  expect(seen).toHaveLength(1);
});

test("different causes are told in their order", async () => {
  const { url } = await serve(
    (_request, response, count) => void response.writeHead(count === 1 ? 500 : 404).end(),
  );
  expect((await failureOf(client().http({ name: "x", url }))).message).toMatch(
    /answered 500, then answered 404$/,
  );
});

test.each([
  ["seconds", "7", 7000],
  ["a date", new Date(now + 9000).toUTCString(), 9000],
  ["a date gone by", new Date(now - 9000).toUTCString(), 0],
  ["words, which count for nothing", "soon", 250],
])("Retry-After in %s wins over the backoff", async (_what, value, wait) => {
  const { url } = await serve((_request, response, count) =>
    count === 1 ? void response.writeHead(429, { "retry-after": value }).end() : void response.end("ok"),
  );
  const { http, waits } = client();
  await http({ name: "x", url });
  expect(waits).toEqual([wait]);
});

test("a Retry-After past the total time-out ends it at once", async () => {
  const { url, seen } = await serve(end(429, "", { "retry-after": "120" }));
  const { http, waits } = client({ totalTimeoutMs: 60_000 });
  const error = await failureOf(http({ name: "x", url }));
  expect(error.message).toMatch(
    /answered 429 and has to be left alone for 120 s, past the limit of 60 s in all$/,
  );
  expect(error.details).toEqual({ kind: "status", status: 429, attempts: 1 });
  expect([waits, seen.length]).toEqual([[], 1]);
});

test("an attempt that gets no answer times out, and so does one whose body stops", async () => {
  const { url } = await serve((_request, response, count) => {
    if (count > 1) response.writeHead(200).write("half");
  });
  const error = await failureOf(client({ attemptTimeoutMs: 30, attempts: 2 }).http({ name: "x", url }));
  expect(error.message).toMatch(/timed out after 0.03 s twice$/);
  expect(error.details).toEqual({ kind: "timeout", attempts: 2 });
});

test("the total time-out holds over all attempts", async () => {
  const { url } = await serve(() => {});
  const error = await failureOf(
    client({ attemptTimeoutMs: 5000, totalTimeoutMs: 40 }).http({ name: "x", url }),
  );
  expect(error.message).toMatch(/took longer than 0.04 s in all$/);
  expect(error.details).toMatchObject({ kind: "timeout", attempts: 1 });
});

test("nobody there, a cut body and a broken encoding are network errors and tried again", async () => {
  const cut = await serve((_request, response, count) => {
    if (count > 1) return void response.end("whole");
    response.writeHead(200, { "content-length": "100" }).write("part");
    setTimeout(() => response.destroy(), 5);
  });
  expect((await client().http({ name: "x", url: cut.url })).body).toBe("whole");
  const broken = await serve(end(200, "no gzip", { "content-encoding": "gzip" }));
  const error = await failureOf(client().http({ name: "x", url: broken.url }));
  expect(error.details).toEqual({ kind: "network", attempts: 3 });
  const nobody = await failureOf(client().http({ name: "x", url: "http://127.0.0.1:9/" }));
  expect(nobody.message).toContain("broke off");
  expect(nobody.details).toMatchObject({ kind: "network" });
});

test("compressed bodies are read", async () => {
  const { url } = await serve(
    (_request, response) =>
      void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("plain words")),
  );
  expect((await client().http({ name: "x", url })).body).toBe("plain words");
});

test("a bomb is counted after decompression and not waited for", async () => {
  const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
  const { url, seen } = await serve(
    (_request, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
  );
  const error = await failureOf(client({ maxBodyBytes: 1024 * 1024 }).http({ name: "x", url }));
  expect(bomb.length).toBeLessThan(64 * 1024);
  expect(error.message).toMatch(/sent a body larger than 1 MB$/);
  expect(error.details).toEqual({ kind: "too_large", attempts: 1 });
  expect(seen).toHaveLength(1);
});

test("a body is stopped by its announced length and, without one, by its bytes", async () => {
  const announced = await serve(end(200, "x".repeat(2000), { "content-length": "2000" }));
  const streamed = await serve((_request, response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(500)));
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  });
  for (const { url } of [announced, streamed]) {
    const error = await failureOf(client({ maxBodyBytes: 1000 }).http({ name: "x", url }));
    expect(error.details).toMatchObject({ kind: "too_large" });
  }
  const exact = await serve(end(200, "x".repeat(1000)));
  expect((await client({ maxBodyBytes: 1000 }).http({ name: "x", url: exact.url })).body).toHaveLength(1000);
});

test.each([
  "http://example.org/prices",
  "http://127.evil.example/",
  "http://localhost.example/",
  "ftp://127.0.0.1/",
])("%s is not HTTPS and is not asked", async (url) => {
  const error = await failureOf(client().http({ name: "x", url }));
  expect(error.details).toEqual({ kind: "insecure", attempts: 0 });
});

test("follows redirects on this machine", async () => {
  const { url } = await serve((request, response) =>
    request.url === "/"
      ? void response.writeHead(302, { location: "/there" }).end()
      : void response.end("there"),
  );
  expect((await client().http({ name: "x", url })).body).toBe("there");
});

test.each([
  ["to plain HTTP", "http://example.org/", /redirected to http:\/\/example.org\/, which is not HTTPS$/],
  ["to another scheme", "file:///etc/passwd", /which is not HTTPS$/],
  ["to no address", "http://", /not an address$/],
])("refuses a redirect %s", async (_what, location, words) => {
  const { url, seen } = await serve(end(302, "", { location }));
  const error = await failureOf(client().http({ name: "x", url }));
  expect(error.message).toMatch(words);
  expect(error.details).toEqual({ kind: "redirect", attempts: 1 });
  expect(seen).toHaveLength(1);
});

test.each([
  ["http://127.0.0.1:8080/", "which is not HTTPS"],
  ["https://localhost/", "this machine"],
])("refuses to be sent from an HTTPS host to %s", async (location, words) => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: URL) => {
    asked.push(url.href);
    return new Response(null, { status: 301, headers: { location } });
  });
  const error = await failureOf(client().http({ name: "x", url: "https://example.org/" }));
  expect(error.message).toContain(words);
  expect(asked).toEqual(["https://example.org/"]);
});

test("gives up in a loop of redirects", async () => {
  const { url, seen } = await serve(end(302, "", { location: "/again" }));
  const error = await failureOf(client().http({ name: "x", url }));
  expect(error.message).toMatch(/redirected more than 5 times$/);
  expect(seen).toHaveLength(6);
});

test("keeps keys on the same origin and drops them on another", async () => {
  const other = await serve(end(200, "other"));
  const first = await serve(
    (request, response) =>
      void response.writeHead(302, { location: request.url === "/" ? "/second" : other.url }).end(),
  );
  const headers = {
    authorization: "Bearer secret",
    "x-api-key": "secret",
    cookie: "a=b",
    "accept-language": "en",
  };
  await client().http({ name: "x", url: first.url, headers });
  expect(first.seen[1]?.headers).toMatchObject({ authorization: "Bearer secret", "x-api-key": "secret" });
  expect(JSON.stringify(other.seen[0]?.headers)).not.toContain("secret");
  expect(other.seen[0]?.headers.cookie).toBeUndefined();
  expect(other.seen[0]?.headers).toMatchObject({ "accept-language": "en", "user-agent": "gputape/1.2.3" });
});

test("does not hand what was posted to another origin", async () => {
  const other = await serve(end(200));
  const { url } = await serve(end(307, "", { location: other.url }));
  const error = await failureOf(
    client().http({ name: "x", url, method: "POST", json: { client_secret: "s" } }),
  );
  expect(error.details).toMatchObject({ kind: "redirect" });
  expect(other.seen).toHaveLength(0);
});

test("a POST that is sent elsewhere by 303 becomes a GET", async () => {
  const { url, seen } = await serve((request, response) =>
    request.method === "POST"
      ? void response.writeHead(303, { location: "/done" }).end()
      : void response.end("done"),
  );
  expect((await client().http({ name: "x", url, method: "POST", json: {} })).body).toBe("done");
  expect(seen[1]?.headers["content-type"]).toBeUndefined();
});

test("stops when told to, under way, in a wait and before it starts", async () => {
  const stop = new AbortController();
  const { url } = await serve(() => setTimeout(() => stop.abort(), 5));
  const underWay = await failureOf(client({ signal: stop.signal }).http({ name: "x", url }));
  expect(underWay.details).toMatchObject({ kind: "aborted" });
  expect(underWay.message).toMatch(/was stopped$/);
  const before = await failureOf(client({ signal: stop.signal }).http({ name: "x", url }));
  expect(before.details).toMatchObject({ kind: "aborted" });
  const inWait = new AbortController();
  const busy = await serve(end(503, "", { "retry-after": "30" }));
  const options: HttpOptions = { version: "1", clock: () => now, random: () => 0, signal: inWait.signal };
  setTimeout(() => inWait.abort(), 40);
  const waiting = await failureOf(createHttp(options)({ name: "x", url: busy.url }));
  expect(waiting.details).toMatchObject({ kind: "aborted" });
});

test("keeps the distance between requests to a host that one asks for", async () => {
  const { url } = await serve(end(200));
  let clock = now;
  const waits: number[] = [];
  const { http } = client({
    clock: () => clock,
    sleep: async (ms) => {
      waits.push(ms);
      clock += ms;
    },
  });
  for (let i = 0; i < 3; i++) {
    await http({ name: "x", url, gapMs: 6000 });
    clock += 1000;
  }
  expect(waits).toEqual([5000, 5000]);
});

test("a mirror on this machine needs no distance where the caller says so", async () => {
  const { url } = await serve(end(200));
  const waits: number[] = [];
  const { http } = client({ gapOnLoopback: false, sleep: async (ms) => void waits.push(ms) });
  for (let i = 0; i < 3; i++) await http({ name: "x", url, gapMs: 6000 });
  expect(waits).toEqual([]);
});

test("addresses are shown without user, password and secrets", () => {
  expect(maskUrl("https://me:pw@host/a?api_key=1&page=2&access_token=3")).toBe(
    "https://host/a?api_key=***&page=2&access_token=***",
  );
  expect(maskUrl("nonsense?key=1")).toBe("nonsense");
});

/** Lines of 1,000 bytes, every tenth of which is wanted, far beyond the limit of a body. */
const longFile = (lines: number) =>
  serve((_request, response) => {
    response.writeHead(200);
    let sent = 0;
    const more = () => {
      while (sent < lines && !response.destroyed)
        if (!response.write(`${sent++ % 1000 === 0 ? "wanted" : "other"} ${"ü".repeat(490)}\n`)) break;
      if (sent === lines) response.end("wanted last, without an end of line");
      else response.once("drain", more);
    };
    more();
  });

test("a body too large to hold is read as it streams, and the lines that are wanted are its body", async () => {
  const { url } = await longFile(40_000);
  const { http } = client({ maxBodyBytes: 100_000 });
  const indexes: number[] = [];
  const { body } = await http({
    name: "x",
    url,
    keepLine: (line, index) => {
      if (index % 10_000 === 0) indexes.push(index);
      return line.startsWith("wanted");
    },
  });
  const kept = body.split("\n");
  expect(kept).toHaveLength(42);
  expect(kept.slice(0, 40).every((line) => line === `wanted ${"ü".repeat(490)}`)).toBe(true);
  expect(kept.slice(40)).toEqual(["wanted last, without an end of line", ""]);
  expect(indexes).toEqual([0, 10_000, 20_000, 30_000, 40_000]);
});

test("what is kept of a stream counts against the limit, and so does a line without an end", async () => {
  const many = await longFile(400);
  const keepAll = { name: "x", url: many.url, keepLine: () => true };
  const error = await failureOf(client({ maxBodyBytes: 100_000 }).http(keepAll));
  expect(error.details).toMatchObject({ kind: "too_large" });
  const endless = await serve(end(200, "x".repeat(3000)));
  const one = { name: "x", url: endless.url, keepLine: () => false };
  expect((await failureOf(client({ maxBodyBytes: 1000 }).http(one))).details).toMatchObject({
    kind: "too_large",
  });
});

test("a stream that breaks off is asked again from its beginning", async () => {
  const { url, seen } = await serve((_request, response, count) => {
    if (count === 1)
      response.writeHead(200, { "content-length": "100" }).write("a\nb\n", () => response.destroy());
    else response.end("a\nb\n");
  });
  const { body } = await client().http({ name: "x", url, keepLine: () => true });
  expect([body, seen.length]).toEqual(["a\nb\n", 2]);
});
