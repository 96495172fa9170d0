import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { version } from "../../src/version.ts";
import { ajv, type OpenApi, type OpenApiOperation } from "../helpers/documented.ts";
import { type Market, openMarket } from "../helpers/market.ts";

let market: Market;
let document: OpenApi;
beforeAll(async () => {
  market = await openMarket({ page: true });
  document = (await market.app.inject("/openapi.json")).json() as OpenApi;
});
afterAll(() => market.close());

describe("for operators", () => {
  it("is alive", async () => {
    const reply = await market.app.inject("/healthz");
    expect([reply.statusCode, reply.json()]).toEqual([200, { status: "ok", version: "9.9.9" }]);
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
  });

  it("is ready, and names the sources that fail", async () => {
    const reply = await market.app.inject("/readyz");
    const offers = market.tape.book().offers.length;
    expect([reply.statusCode, reply.json()]).toEqual([
      200,
      { ready: true, offers, sources_failing: ["broken"] },
    ]);
  });

  it("is not ready before the first book, unless nothing is to come", async () => {
    const empty = await openMarket({ empty: true });
    const reply = await empty.app.inject("/readyz");
    expect([reply.statusCode, reply.headers["retry-after"]]).toEqual([503, "1"]);
    expect(reply.json()).toMatchObject({
      code: "unavailable",
      detail: expect.stringContaining("first book"),
    });
    await empty.close();
  });

  it("is not ready when the tape does not answer", async () => {
    const closed = await openMarket({ empty: true });
    await closed.tape.close();
    const reply = await closed.app.inject("/readyz");
    expect(reply.statusCode).toBe(503);
    expect(reply.headers["retry-after"]).toBe("5");
    expect(reply.json()).toMatchObject({ code: "unavailable", status: 503 });
    await closed.app.close();
  });

  it("measures book, ages and requests", async () => {
    const reply = await market.app.inject("/metrics");
    expect(reply.headers["content-type"]).toMatch(/^text\/plain/);
    expect(reply.body).toMatch(new RegExp(`^gputape_book_offers ${market.tape.book().offers.length}$`, "m"));
    expect(reply.body).toMatch(/^gputape_source_age_seconds\{source="alpha"\} 120$/m);
    expect(reply.body).toMatch(
      /^gputape_http_request_seconds_count\{method="GET",route="\/healthz",status="200"\} 1$/m,
    );
  });

  it("measures an address that is none without a series of its own", async () => {
    await market.app.inject("/no/such/thing/1");
    await market.app.inject("/no/such/thing/2");
    const { body } = await market.app.inject("/metrics");
    expect(body).not.toContain("/no/such");
  });
});

const operations = (): { path: string; method: string; operation: OpenApiOperation }[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

describe("GET /openapi.json", () => {
  it("is an OpenAPI 3.1 document", () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({
      title: "gputape",
      version: "9.9.9",
      license: { name: "Apache-2.0" },
    });
    expect(operations().length).toBeGreaterThan(12);
  });

  it("documents every endpoint of the contract", () => {
    const known = operations().map(({ path, method }) => `${method} ${path}`);
    for (const endpoint of [
      ...["get /v1/gpus", "get /v1/providers", "get /v1/rejects", "get /v1/offers", "get /v1/changes"],
      ...["get /v1/prices", "get /v1/index", "get /v1/curves/supply", "get /v1/market"],
      ...["post /v1/quotes", "get /v1/quotes/{id}", "post /v1/routes", "get /v1/routes/{id}"],
      ...["get /healthz", "get /readyz"],
    ])
      expect(known).toContain(endpoint);
  });

  it("has operations with known tags, described answers and problems", () => {
    const tags = new Set(document.tags.map(({ name }) => name));
    for (const { path, method, operation } of operations()) {
      const at = `${method} ${path}`;
      expect(
        operation.tags?.every((tag) => tags.has(tag)),
        at,
      ).toBe(true);
      expect(operation.responses["200"]?.description, at).toBeTruthy();
      expect(operation.summary, at).toBeTruthy();
      if (path.startsWith("/v1/")) expect(Object.keys(operation.responses), at).toContain("4XX");
      for (const [status, { content = {} }] of Object.entries(operation.responses))
        if (!status.startsWith("2")) expect(Object.keys(content), at).toEqual(["application/problem+json"]);
      const isTable = operation.parameters?.some(({ name }) => name === "format") ?? false;
      expect("text/csv" in (operation.responses["200"]?.content ?? {}), at).toBe(isTable);
      if (method === "post") expect(operation.requestBody?.content["application/json"], at).toBeDefined();
    }
  });

  it("has parameters with a place and a schema, path ones required and in the path", () => {
    for (const { path, operation } of operations()) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);
      const { parameters = [] } = operation;
      expect(parameters.filter((each) => each.in === "path").map(({ name }) => name)).toEqual(named);
      for (const parameter of parameters) {
        expect(["path", "query"]).toContain(parameter.in);
        if (parameter.in === "path") expect(parameter.required).toBe(true);
        expect(parameter.schema).toBeTypeOf("object");
      }
      expect(new Set(parameters.map(({ name }) => name)).size).toBe(parameters.length);
    }
  });

  it("has times of a form that excludes what is none", () => {
    for (const { path, operation } of operations())
      for (const { name, schema } of operation.parameters ?? []) {
        if (!["at", "as_of", "from", "to", "since"].includes(name)) continue;
        const pattern = new RegExp(schema.pattern as string);
        for (const time of [
          "2026-08-07",
          "2026-08-07T06:00:00.5Z",
          "2026-08-07 06:00",
          "2026-08-07T06:00+05:30",
        ])
          expect(time, path).toMatch(pattern);
        for (const none of ["", "now", "0", "2026-13-01", "2026-08-07T25:00:00Z", "0001-01-01"])
          expect(none, path).not.toMatch(pattern);
      }
  });

  it("has schemas that are JSON Schema 2020-12", () => {
    const validator = ajv();
    for (const { path, operation } of operations()) {
      const schemas = [
        ...(operation.parameters ?? []).map(({ schema }) => schema),
        ...Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema),
        ...Object.values(operation.responses).flatMap(({ content = {} }) =>
          Object.values(content).map(({ schema }) => schema),
        ),
      ];
      for (const schema of schemas) {
        expect(validator.validateSchema(schema), path).toBe(true);
        expect(() => validator.compile(schema), path).not.toThrow();
      }
    }
  });

  it("says that every answer carries times, age, completeness, sources and method", () => {
    for (const { path, operation } of operations().filter((each) => each.path.startsWith("/v1/"))) {
      const schema = operation.responses["200"]!.content!["application/json"]!.schema as {
        required: string[];
        properties: { meta: { required: string[] } };
      };
      expect(schema.required, path).toEqual(["data", "meta"]);
      expect(schema.properties.meta.required, path).toEqual([
        ...["at", "as_of", "data_age_s", "completeness", "sources", "methodology"],
      ]);
    }
  });
});

describe("the page", () => {
  it("serves documentation with a policy that lets in nothing foreign", async () => {
    const reply = await market.app.inject("/docs/");
    expect(reply.statusCode).toBe(200);
    expect(reply.headers["content-security-policy"]).toContain("default-src 'self'");
    expect(reply.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("is there, or says how to build it", async () => {
    const reply = await market.app.inject("/");
    expect(reply.statusCode).toBe(200);
    expect(reply.headers["content-type"]).toMatch(/^text\/(html|plain)/);
  });
});
