import fc from "fast-check";
import type { InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenApi } from "../helpers/documented.ts";
import { type Market, openMarket } from "../helpers/market.ts";

let market: Market;
let parameters: ReadonlyMap<string, readonly string[]>;
beforeAll(async () => {
  market = await openMarket();
  const document = (await market.app.inject("/openapi.json")).json() as OpenApi;
  parameters = new Map(
    Object.entries(document.paths).flatMap(([path, { get }]) =>
      get
        ? [[path, (get.parameters ?? []).filter((each) => each.in === "query").map(({ name }) => name)]]
        : [],
    ),
  );
});
afterAll(() => market.close());

/** Values that some field takes, beside ones that none does. */
const words = fc.constantFrom(
  ...["h100", "h100-sxm", "RTX 4090", "rtx-4090", "unknown:XPU 9", "unknown:", "nvidia", "on_demand", "spot"],
  ...["reserved", "alpha", "lists", "us-1", "FR", "EU", "eea", "secure", "community", "true", "false", "asc"],
  ...["desc", "csv", "json", "tick", "1h", "6h", "1d", "1w", "median", "min,max,gpus", "weighted_median"],
  ...[
    "cell:h100/spot/*/*/*",
    "cell:*/*/*/*/*",
    "cell:h100/a/b/c/d",
    "listing:x",
    "index:h100",
    "usd_per_hour",
  ],
  ...[
    "first_seen_at",
    "available_gpus",
    "0",
    "1",
    "2.5",
    "8",
    "100",
    "1e3",
    "-1",
    "NaN",
    "Infinity",
    "1e400",
  ],
  ...[
    "2026-08-07",
    "2026-08-07T06:00:00Z",
    "2026-08-07T06:00:00.123456789+05:30",
    "2026-08-07 11:00",
    "1970-01-01",
  ],
  ...[
    "9999-12-31",
    "0001-01-01",
    "2026-02-30",
    "now",
    "",
    " ",
    "'",
    "';drop table ticks;--",
    "%",
    "\u0000",
    "💥",
  ],
  ...["__proto__", "constructor", "null", "[]", "{}", "bzA", "WyJhIl0", "bnVsbA"],
);
const value = fc.oneof({ weight: 6, arbitrary: words }, { weight: 1, arbitrary: fc.string() });

const ask = async (options: InjectOptions | string): Promise<void> => {
  const reply = await market.app.inject(options);
  expect(reply.statusCode, `${JSON.stringify(options)} ${reply.body.slice(0, 300)}`).toBeLessThan(500);
  if (reply.statusCode >= 400)
    expect(reply.headers["content-type"], JSON.stringify(options)).toMatch(/^application\/problem\+json/);
};

describe("nothing that is asked is a fault of ours", () => {
  it.each([
    ...[
      "/v1/gpus",
      "/v1/rejects",
      "/v1/offers",
      "/v1/changes",
      "/v1/prices",
      "/v1/index",
      "/v1/curves/supply",
    ],
    ...["/v1/market", "/v1/providers", "/v1/listings/{id}", "/v1/quotes/{id}", "/v1/routes/{id}"],
  ])("GET %s", async (path) => {
    const known = parameters.get(path)!;
    const names =
      known.length === 0 ? fc.string() : fc.constantFrom(...known, ...known, ...known, "nonsense");
    const query = fc.array(fc.tuple(names, value), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(query, value, (pairs, id) => {
        const search = new URLSearchParams(pairs as [string, string][]);
        return ask(`${path.replace("{id}", encodeURIComponent(id))}?${search}`);
      }),
      { numRuns: 120 },
    );
  });

  it("GET any address", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 4 }), (parts) =>
        ask(`/v1/${parts.map((part) => encodeURIComponent(part)).join("/")}`),
      ),
      { numRuns: 100 },
    );
  });

  const numbers = fc.oneof(fc.constantFrom(0, 1, 8, 0.5, -1, 1e9, 1e308, 2 ** 53), fc.integer(), fc.double());
  const list = fc.array(fc.oneof(words, numbers), { maxLength: 3 });
  const field = fc.oneof(
    numbers,
    words,
    fc.boolean(),
    list,
    fc.constant(null),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const good = fc.record(
    {
      gpu: fc.constantFrom("h100", "rtx-4090", "h100-sxm", "b200"),
      gpus: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100_000 })),
      hours: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 1e-9, max: 1e5, noNaN: true })),
    },
    { requiredKeys: ["gpus", "hours"] },
  );
  const routeFields = fc.constantFrom(
    ...["any_of", "min", "interruptible", "regions", "countries", "jurisdictions", "providers", "tier"],
    ...["min_reliability", "min_sla_uptime", "interconnect", "confidential", "max_usd_per_gpu_hour"],
    ...[
      "max_total_usd",
      "single_provider",
      "max_provider_share",
      "executable_only",
      "k",
      "gpu",
      "purchase",
      "side",
    ],
  );
  const fitting = fc.record(
    {
      min: fc.record({ vram_gib: numbers, fp16_tflops: numbers }, { requiredKeys: [] }),
      providers: fc.record({ allow: list, deny: list }, { requiredKeys: [] }),
      max_provider_share: fc.double({ min: 0.01, max: 1, noNaN: true }),
      k: fc.integer({ min: 1, max: 20 }),
      interruptible: fc.boolean(),
      single_provider: fc.boolean(),
    },
    { requiredKeys: [] },
  );

  it.each(["/v1/quotes", "/v1/routes"])("POST %s", async (url) => {
    const odd = fc.dictionary(fc.oneof(routeFields, fc.string()), field, { maxKeys: 3 });
    const fits = url === "/v1/routes" ? fitting : fc.constant({});
    const body = fc.oneof(
      { weight: 4, arbitrary: fc.tuple(good, fits, odd).map((parts) => Object.assign({}, ...parts)) },
      { weight: 2, arbitrary: fc.tuple(good, fits).map((parts) => Object.assign({}, ...parts)) },
      { weight: 1, arbitrary: fc.jsonValue() },
    );
    const headers = { "content-type": "application/json" };
    await fc.assert(
      fc.asyncProperty(body, (json) =>
        ask({ method: "POST", url, headers, payload: JSON.stringify(json) ?? "" }),
      ),
      { numRuns: 250 },
    );
  });

  it("POST anything that is no JSON", async () => {
    const types = fc.constantFrom("application/json", "text/plain", "application/json; charset=x", "x", "");
    await fc.assert(
      fc.asyncProperty(fc.string(), types, (payload, type) =>
        ask({ method: "POST", url: "/v1/quotes", headers: { "content-type": type }, payload }),
      ),
      { numRuns: 60 },
    );
  });
});
