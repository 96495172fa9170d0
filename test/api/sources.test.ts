import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Offer } from "../../src/domain/offer.ts";
import { hour } from "../../src/domain/time.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { type Market, offerOf, openMarket, present, venues } from "../helpers/market.ts";

let market: Market;
let client: Client;
beforeAll(async () => {
  market = await openMarket({ environment: { KEYED_API_KEY: "hunter2", GPUTAPE_DISABLE: "stats" } });
  client = await clientOf(market.app);
});
afterAll(() => market.close());

interface Gpu {
  readonly id: string;
  readonly listings: number;
  readonly members: readonly string[];
  readonly aliases: readonly string[];
}

describe("GET /v1/gpus", () => {
  it("gives every card and family of the table", async () => {
    const { data } = await client.get<Gpu[]>("/v1/gpus");
    expect(data.length).toBe(market.context.reference.gpus.all.length);
    expect(data.find(({ id }) => id === "h100")!.members).toContain("h100-sxm");
    expect(data.find(({ id }) => id === "h100-sxm")).toMatchObject({
      name: "H100 SXM",
      vendor: "NVIDIA",
      vram_gib: 80,
      memory_bandwidth_gbps: 3350,
      fp16_tflops: 989,
      fp8_tflops: 1979,
      tdp_w: 700,
      members: [],
    });
  });

  it("finds by part of id, name or alias, and counts a family's members with it", async () => {
    const { data } = await client.get<Gpu[]>("/v1/gpus?q=NVIDIA%20H100%2080GB");
    expect(data.map(({ id }) => id)).toContain("h100-sxm");
    const byId = new Map((await client.get<Gpu[]>("/v1/gpus?q=h100")).data.map((gpu) => [gpu.id, gpu]));
    expect(byId.get("h100-pcie")!.listings).toBe(1);
    expect(byId.get("h100")!.listings).toBe(byId.get("h100-sxm")!.listings + 2);
    expect((await client.get<Gpu[]>("/v1/gpus?q=nothing-like-it")).data).toEqual([]);
  });

  it("refuses a field it does not have", async () => {
    const { errors } = await client.refused(400, "/v1/gpus?limit=3");
    expect(errors).toEqual([{ field: "limit", message: "there is no such query field" }]);
  });
});

interface SourceRow {
  readonly source: string;
  readonly status: string;
  readonly enabled: boolean;
  readonly [field: string]: unknown;
}
interface Providers {
  readonly sources: readonly SourceRow[];
  readonly archives: readonly object[];
  readonly providers: readonly { provider: string; listings: number; gpus: number; sources: string[] }[];
}

describe("GET /v1/providers", () => {
  const read = async () => (await client.get<Providers>("/v1/providers")).data;

  it("says of each source whether it runs, and if not, why", async () => {
    const rows = Object.fromEntries((await read()).sources.map((row) => [row.source, row]));
    expect(Object.keys(rows)).toEqual(venues.map(({ id }) => id));
    expect(rows.alpha).toMatchObject({ status: "ok", enabled: true, live: 9, offers: 9, age_s: 120 });
    expect(rows.quiet).toMatchObject({ status: "stale", age_s: 3 * 3600 });
    expect(rows.cut).toMatchObject({
      truncated: true,
      completeness: "truncated",
      error: "cut off: RTX 4090",
    });
    expect(rows.broken).toMatchObject({ status: "failing", error: "it timed out", offers: 0, live: 1 });
    expect(rows.broken!.last_ok_at).toBe(new Date(present - 90 * 60_000).toISOString().replace(".000", ""));
    expect(rows.stats).toMatchObject({ status: "disabled", why_disabled: "turned off by GPUTAPE_DISABLE" });
    expect(rows.keyed).toMatchObject({ status: "waiting", needs: ["KEYED_API_KEY"], wants: ["KEYED_EXTRA"] });
    expect(rows.barred).toMatchObject({ status: "disabled", legal_note: "Its terms bar collection." });
    expect(rows.barred!.why_disabled).toMatch(/GPUTAPE_ENABLE=barred/);
    expect(rows.bazaar).toMatchObject({ rejected: 2, unknown_gpus: 0 });
  });

  it("sums the book up by provider", async () => {
    const { providers } = await read();
    expect(providers.map(({ provider }) => provider)).toEqual([...providers.map((p) => p.provider)].sort());
    const alpha = providers.find(({ provider }) => provider === "alpha");
    expect(alpha).toMatchObject({ listings: 10, gpus: 3, sources: ["alpha", "lists"] });
    const listings = providers.reduce((sum, each) => sum + each.listings, 0);
    expect(listings).toBe(market.tape.book().offers.length);
  });

  it("tells no secret", async () => {
    for (const url of ["/v1/providers", "/readyz", "/metrics", "/openapi.json"])
      expect((await market.app.inject(url)).body).not.toContain("hunter2");
  });

  it("lists archives that were imported as what they are", async () => {
    const imported = await openMarket({ empty: true });
    await imported.pull("import/aws", present - 1000, [], { origin: "import", everyMinutes: 420 });
    const other = await clientOf(imported.app);
    const { data } = await other.get<Providers>("/v1/providers");
    const found = { source: "import/aws", provider: "aws", kind: "import", enabled: false };
    expect(data.sources.at(-1)).toMatchObject({ ...found, status: "ok" });
    imported.setNow(present + 15 * hour);
    const later = await other.get<Providers>("/v1/providers");
    expect(later.data.sources.at(-1)).toMatchObject({ ...found, status: "stale" });
    await imported.close();
  });

  it("gathers the sources of archives by data set, of those without one by file", async () => {
    const imported = await openMarket({ empty: true });
    const of = (source: string, at: number, file: string | null, offers: readonly Offer[] = []) =>
      imported.pull(source, at, offers, {
        ...{ kind: "import", origin: "import", everyMinutes: 720 },
        payloads: file === null ? [] : [{ name: file, url: "file" }],
      });
    const offer = offerOf("import/aws@catalog", "1", 2, { provider: "aws" });
    await of("import/aws@catalog", present - 40 * hour, "old.csv", [offer]);
    await of("import/aws@catalog", present - hour, "list.parquet", [offer]);
    await of("import/gcp@catalog", present - 30 * hour, "list.parquet");
    await of("import/acme", present - 50 * hour, "mine.csv");
    await of("import/zed", present - 50 * hour, "mine.csv");
    await of("import/lone", present - 60 * hour, null);
    const { data } = await (await clientOf(imported.app)).get<Providers>("/v1/providers");
    const ago = (hours: number) => new Date(present - hours * hour).toISOString().replace(".000", "");
    expect(data.archives).toEqual([
      {
        dataset: "catalog",
        sources: ["import/aws@catalog", "import/gcp@catalog"],
        providers: ["aws", "gcp"],
        ...{ status: "ok", live: 1, pulls: 3, first_at: ago(40), data_at: ago(1), age_s: 3600 },
      },
      {
        dataset: "mine.csv",
        sources: ["import/acme", "import/zed"],
        providers: ["acme", "zed"],
        ...{ status: "stale", live: 0, pulls: 2, first_at: ago(50), data_at: ago(50), age_s: 180_000 },
      },
      {
        dataset: "import/lone",
        sources: ["import/lone"],
        providers: ["lone"],
        ...{ status: "stale", live: 0, pulls: 1, first_at: ago(60), data_at: ago(60), age_s: 216_000 },
      },
    ]);
    expect(data.sources.find(({ source }) => source === "import/aws@catalog")).toMatchObject({
      provider: "aws",
    });
    await imported.close();
  });
});

interface RejectRow {
  readonly reason: string;
  readonly raw: string;
}

describe("GET /v1/rejects", () => {
  it("gives the refused rows of the source's last pull that had any, with their raw text", async () => {
    const { data } = await client.get<RejectRow[]>("/v1/rejects?source=bazaar");
    expect(data.map(({ reason, raw }) => [reason, raw])).toEqual([
      ["bad_price", '{"price":-1}'],
      ["no_gpu_name", "{}"],
    ]);
    expect((await client.get<RejectRow[]>("/v1/rejects?source=bazaar&limit=1")).data).toHaveLength(1);
    expect((await client.get<RejectRow[]>("/v1/rejects?source=alpha")).data).toEqual([]);
  });

  it("asks for the source", async () => {
    expect((await client.refused(400, "/v1/rejects")).errors).toEqual([
      { field: "source", message: "is missing" },
    ]);
    await client.refused(400, "/v1/rejects?source=alpha&limit=1001");
  });
});
