import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hour } from "../../src/domain/time.ts";
import { type Answer, type Client, clientOf } from "../helpers/documented.ts";
import { type Market, openMarket, present } from "../helpers/market.ts";

let market: Market;
let client: Client;
beforeAll(async () => {
  market = await openMarket();
  client = await clientOf(market.app);
});
afterAll(() => market.close());

interface Row {
  readonly listing_id: string;
  readonly source: string;
  readonly provider: string;
  readonly gpu: string;
  readonly gpu_count: number;
  readonly usd_per_gpu_hour: number;
  readonly available_gpus: number | null;
  readonly executable: boolean;
  readonly age_s: number;
  readonly flags: readonly string[];
  readonly [field: string]: unknown;
}

const offers = (query: string): Promise<Answer<Row[]>> => client.get<Row[]>(`/v1/offers?${query}`);
const book = () => market.tape.book().offers;
/** Offer ids as the test market names them, in the order of the answer. */
const ids = ({ data }: Answer<Row[]>): string[] => {
  const names = new Map(book().map((offer) => [offer.listingId, offer.offerId]));
  return data.map((row) => names.get(row.listing_id)!);
};
const idsWhere = (test: (offer: ReturnType<typeof book>[number]) => boolean): string[] =>
  book()
    .filter(test)
    .map(({ offerId }) => offerId);

describe("filters", () => {
  it("gives the whole book by price where nothing is asked", async () => {
    const answer = await offers("");
    expect(ids(answer)).toEqual(idsWhere(() => true));
    expect(answer.meta.next_cursor).toBeNull();
    expect(answer.meta.data_age_s).toBe(Math.max(...answer.data.map((row) => row.age_s)));
  });

  it.each<[query: string, test: (offer: ReturnType<typeof book>[number]) => boolean]>([
    ["gpu=h100-sxm", ({ gpu }) => gpu === "h100-sxm"],
    ["gpu=H100%20SXM5", ({ gpu }) => gpu === "h100-sxm"],
    ["gpu=h100", ({ gpu }) => gpu.startsWith("h100")],
    ["gpu=unknown:XPU%209", ({ gpu }) => gpu === "unknown:XPU 9"],
    ["purchase=spot", ({ purchase }) => purchase === "spot"],
    ["provider=alpha", ({ provider }) => provider === "alpha"],
    ["source=lists", ({ source }) => source === "lists"],
    ["region=eu-1", ({ region }) => region === "eu-1"],
    ["country=fr", ({ country }) => country === "FR"],
    ["jurisdiction=FR", ({ jurisdiction }) => jurisdiction === "FR"],
    ["jurisdiction=EU", ({ jurisdiction }) => jurisdiction === "FR"],
    ["jurisdiction=eea", ({ jurisdiction }) => jurisdiction === "FR"],
    ["tier=community", ({ tier }) => tier === "community"],
    ["min_gpus=4", ({ availableGpus, gpuCount }) => (availableGpus ?? gpuCount) >= 4],
    ["max_usd_per_gpu_hour=1.28", ({ usdPerGpuHour }) => usdPerGpuHour <= 1.28],
    ["min_reliability=0.95", ({ reliability }) => (reliability ?? 0) >= 0.95],
    ["min_vram_gib=80", ({ gpu, vramGib }) => gpu !== "l40s" && (vramGib ?? 0) >= 80],
    [
      "gpu=h100&purchase=on_demand&country=FR&min_gpus=2",
      (o) => o.gpu.startsWith("h100") && o.country === "FR",
    ],
  ])("%s", async (query, test) => {
    const answer = await offers(`${query}&limit=10000`);
    expect(ids(answer)).toEqual(idsWhere(test));
  });

  it("includes a family's members in the family, never the family in a member", async () => {
    const family = (await offers("gpu=h100")).data.map(({ gpu }) => gpu);
    expect(new Set(family)).toEqual(new Set(["h100", "h100-sxm", "h100-pcie"]));
    expect(new Set((await offers("gpu=h100-pcie")).data.map(({ gpu }) => gpu))).toEqual(
      new Set(["h100-pcie"]),
    );
  });
});

describe("executable", () => {
  const executable = async (): Promise<Record<string, boolean>> => {
    const answer = await offers("limit=10000");
    return Object.fromEntries(ids(answer).map((id, i) => [id, answer.data[i]!.executable]));
  };

  it("is what a fresh first-hand source says is free, and nothing else", async () => {
    expect(await executable()).toMatchObject({
      a0: true,
      b0: true,
      m2: true,
      "a-spot": true,
      "a-sold-out": false,
      "a-odd": false,
      "a-slice": false,
      "b-untold": false,
      "l-gamma": false,
      s1: false,
      q1: false,
    });
  });

  it("can be asked for alone", async () => {
    const all = await offers("limit=10000");
    const only = await offers("executable_only=true&limit=10000");
    expect(ids(only)).toEqual(ids({ ...all, data: all.data.filter((row) => row.executable) }));
    expect(only.data.every((row) => row.flags.length === 0)).toBe(true);
  });

  it("ends when the source has been quiet for twice its interval", async () => {
    const until = (minutes: number) => offers(`source=alpha&executable_only=true&at=${iso(minutes)}`);
    const iso = (minutes: number) => new Date(present + (minutes - 2) * 60_000).toISOString();
    market.setNow(present + 5 * hour);
    expect((await until(119.9)).data.length).toBeGreaterThan(0);
    expect((await until(120)).data).toEqual([]);
    market.setNow(present);
  });
});

describe("order", () => {
  const keys: readonly string[] = [
    ...["usd_per_gpu_hour", "usd_per_hour", "usd_per_pflop_hour", "usd_per_tbps_hour"],
    ...["usd_per_vram_gib_hour", "available_gpus", "reliability", "gpu_count", "changed_at", "first_seen_at"],
  ];
  const sorted = (rows: readonly Row[], key: string, order: string): Row[] => {
    const sign = order === "asc" ? 1 : -1;
    const less = (x: unknown, y: unknown): number => ((x as number) < (y as number) ? -1 : x === y ? 0 : 1);
    return [...rows].sort((a, b) => {
      const [x, y] = [a[key] ?? null, b[key] ?? null];
      const byValue = x === null || y === null ? Number(x === null) - Number(y === null) : sign * less(x, y);
      return byValue || less(a.listing_id, b.listing_id);
    });
  };

  it.each(keys.flatMap((key) => [[key, "asc"] as const, [key, "desc"] as const]))(
    "sorts by %s %s before it cuts, unknown last, ties by listing id",
    async (key, order) => {
      const all = (await offers(`sort=${key}&order=${order}&limit=10000`)).data;
      expect(all.map((row) => row.listing_id)).toEqual(sorted(all, key, order).map((row) => row.listing_id));
      const few = (await offers(`sort=${key}&order=${order}&limit=5`)).data;
      expect(few).toEqual(all.slice(0, 5));
      const own = (await offers(`sort=${key}&order=${order}&gpu=h100&limit=4`)).data;
      expect(own).toEqual(all.filter((row) => row.gpu.startsWith("h100")).slice(0, 4));
    },
  );
});

describe("times", () => {
  it("gives the book at a market time with the ages of then", async () => {
    const { data, meta } = await offers(`gpu=h100-sxm&provider=alpha&at=2026-08-07T06:30:00Z&source=alpha`);
    expect(meta).toMatchObject({ at: "2026-08-07T06:30:00Z", data_age_s: 1800 });
    const cheapest = data.find((row) => row.purchase === "on_demand" && row.available_gpus === 8);
    expect(cheapest!.usd_per_gpu_hour).toBeCloseTo(2.2, 9);
    expect((await offers("at=2020-01-01")).data).toEqual([]);
  });

  it("does not know at a knowledge time what came later", async () => {
    const before = await offers("source=alpha&as_of=2026-08-07T08:30:00Z");
    expect(before.meta).toMatchObject({ at: "2026-08-07T12:00:00Z", as_of: "2026-08-07T08:30:00Z" });
    const at = (rows: readonly Row[]) => rows.find((row) => row.usd_per_hour === 8 * row.usd_per_gpu_hour);
    expect(at(before.data)).toBeDefined();
    expect(before.data.every((row) => row.executable === false)).toBe(true);
  });

  it.each(["at=yesterday", "at=2026-02-30", "as_of=2026-08-07T25:00:00Z", "at=2026-08-07T13:00:00Z"])(
    "refuses %s",
    async (query) => {
      const { errors, code } = await client.refused(400, `/v1/offers?${query}`);
      expect(code).toBe("bad_input");
      expect(errors[0]!.field).toBe(query.split("=")[0]);
    },
  );

  it.each(["1969-12-31", "0000-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])(
    "refuses the year of %s, which the tape could not hold",
    async (time) => {
      await client.refused(400, `/v1/offers?as_of=${encodeURIComponent(time)}`);
      await client.refused(400, `/v1/changes?since=${encodeURIComponent(time)}`);
    },
  );
});

describe("formats", () => {
  it("answers CSV with every column in order and null as nothing", async () => {
    const reply = await market.app.inject("/v1/offers?gpu=rtx-4090&format=csv");
    expect(reply.headers["content-type"]).toBe("text/csv; charset=utf-8");
    const [header, ...lines] = reply.body.trimEnd().split("\r\n");
    const { data } = await offers("gpu=rtx-4090");
    expect(header!.split(",")).toEqual(Object.keys(data[0]!));
    expect(lines).toHaveLength(data.length);
    expect(lines[0]!.split(",").slice(0, 7)).toEqual([
      ...[data[0]!.listing_id, "bazaar", "bazaar"],
      ...["", "", "rtx-4090", "RTX 4090"],
    ]);
  });

  it("quotes what CSV must quote", async () => {
    const line = (await market.app.inject("/v1/offers?gpu=unknown:XPU%209&format=csv")).body.split(
      "\r\n",
    )[1]!;
    expect(line).toContain('"[""unknown_gpu""]"');
  });

  it("takes CSV by Accept, and the query before it", async () => {
    const headers = { accept: "text/csv" };
    const typeOf = async (url: string) =>
      String((await market.app.inject({ url, headers })).headers["content-type"]);
    expect(await typeOf("/v1/offers")).toMatch(/^text\/csv/);
    expect(await typeOf("/v1/offers?format=json")).toMatch(/^application\/json/);
  });

  it("tells the next page of a cut CSV in a header", async () => {
    const reply = await market.app.inject("/v1/offers?format=csv&limit=3");
    const cursor = String(reply.headers["x-next-cursor"]);
    expect((await offers(`limit=3&cursor=${cursor}`)).data).toEqual((await offers("limit=6")).data.slice(3));
  });
});

describe("GET /v1/listings/:id", () => {
  it("gives one row of the book", async () => {
    const { data } = await offers("gpu=rtx-4090&limit=1");
    const one = await client.get<Row>(`/v1/listings/${data[0]!.listing_id}`);
    expect(one.data).toEqual(data[0]);
    expect(one.meta.data_age_s).toBe(data[0]!.age_s);
  });

  it("says where there is none", async () => {
    await client.refused(404, "/v1/listings/0123456789abcdef");
    const { data } = await offers("gpu=rtx-4090&limit=1");
    await client.refused(404, `/v1/listings/${data[0]!.listing_id}?at=2026-01-01`);
    await client.refused(400, "/v1/listings/nonsense");
  });
});

describe("refusals", () => {
  it.each([
    ["gpu=h1000", 404, "gpu"],
    ["gpu=", 400, "gpu"],
    ["purchase=rent", 400, "purchase"],
    ["country=FRA", 400, "country"],
    ["min_gpus=0", 400, "min_gpus"],
    ["max_usd_per_gpu_hour=-1", 400, "max_usd_per_gpu_hour"],
    ["min_reliability=2", 400, "min_reliability"],
    ["sort=price", 400, "sort"],
    ["format=xml", 400, "format"],
    ["nonsense=1", 400, "nonsense"],
  ])("%s", async (query, status, field) => {
    const { errors } = await client.refused(status, `/v1/offers?${query}`);
    expect(errors[0]!.field).toBe(field);
  });

  it("suggests GPUs and names allowed values", async () => {
    const gpu = await client.refused(404, "/v1/offers?gpu=h10-sxm");
    expect(gpu.errors[0]!.allowed).toContain("h100-sxm");
    expect(gpu.detail).toMatch(/did you mean .*h100-sxm/);
    const purchase = await client.refused(400, "/v1/offers?purchase=rent");
    expect(purchase.errors[0]!.allowed).toEqual(["on_demand", "spot", "reserved"]);
  });
});
