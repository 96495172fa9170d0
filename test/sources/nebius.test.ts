import { expect, test } from "vitest";
import { nebius } from "../../src/sources/nebius.ts";
import { at, payload, payloadsOf } from "./fixture.ts";

const change = Date.UTC(2026, 9, 1);
const read = (observedAt: number) => nebius.parse(payloadsOf("nebius"), observedAt);
const { offers, rejects, completeness } = read(at);
const find = (id: string) => offers.filter(({ offerId }) => offerId === id);

const page = (...tables: string[]) =>
  payload("prices", `# Prices\n${tables.map((table) => `<Tabs>\n${table}\n</Tabs>`).join("\n")}\n`);
const usd = (...rows: string[]) =>
  `<Tab title="USD">\n| **Item** | **Price** | **Per** |\n| - | - | - |\n${rows.join("\n")}\n</Tab>`;

test("a GPU with its host in one price, in the region that its section names", () => {
  expect(find("gpu-b200-sxm")).toEqual([
    {
      provider: "nebius",
      offerId: "gpu-b200-sxm",
      instanceType: "gpu-b200-sxm",
      gpuRaw: "NVIDIA B200 NVLink",
      gpuCount: 1,
      purchase: "on_demand",
      priceRaw: 8.5,
      unitRaw: "USD per GPU-hour",
      currency: "USD",
      pricePerGpuHour: 8.5,
      includes: null,
      gpuOnly: false,
      effectiveFrom: change,
      region: "us-central1",
    },
    expect.objectContaining({ purchase: "spot", pricePerGpuHour: 3.95, effectiveFrom: change }),
  ]);
});

test.each([
  ["a day before", change - 86_400_000, 7.15, 3.85],
  ["a millisecond before", change - 1, 7.15, 3.85],
  ["as it takes effect", change, 8.5, 4.5],
  ["weeks later", at, 8.5, 4.5],
])("the price of the day on both sides of a change: %s", (_when, observedAt, b200, h100) => {
  const prices = read(observedAt).offers.filter(({ purchase }) => purchase === "on_demand");
  const priceOf = (id: string) =>
    prices.filter(({ offerId }) => offerId === id).map((offer) => offer.priceRaw);
  expect(priceOf("gpu-b200-sxm")).toEqual([b200]);
  expect(priceOf("gpu-h100-sxm")).toEqual([h100]);
});

test("an announced price is no offer yet, and then replaces the one without a date", () => {
  const priceOf = (observedAt: number) =>
    read(observedAt)
      .offers.filter(({ offerId }) => offerId === "gpu-rtx6000")
      .map(({ region, priceRaw }) => [region, priceRaw]);
  expect(priceOf(at)).toEqual([
    ["us-central1", 1.8],
    ["uk-south1", 1.8],
  ]);
  expect(priceOf(Date.UTC(2027, 0, 1))).toEqual([
    ["us-central1", 2],
    ["uk-south1", 2],
  ]);
});

test("a card priced without its host gets the least host at the prices beside it", () => {
  const host = 16 * 0.01 + 96 * 0.0032;
  expect(find("gpu-l40s-d")).toMatchObject([
    { purchase: "on_demand", priceRaw: 1.35, gpuOnly: false, includes: { cpuCores: 16, ramGib: 96 } },
    { purchase: "spot", priceRaw: 0.65, gpuOnly: false },
  ]);
  expect(find("gpu-l40s-d").map((offer) => offer.pricePerGpuHour)).toEqual([1.35 + host, 0.65 + host]);
  expect(find("gpu-l40s-x")).toMatchObject([
    { gpuOnly: true, pricePerGpuHour: 1.35, unitRaw: "USD per GPU-hour without host" },
  ]);
});

test("a host whose price cannot be read is no host for nothing", () => {
  const body = payloadsOf("nebius")[0]!.body.replace("\\$0.0032", "\\$0,0032");
  const parsed = nebius.parse([payload("prices", body)], at);
  expect(parsed.offers.filter(({ offerId }) => offerId === "gpu-l40s-d")).toEqual([]);
});

test("prices in shekels, CPUs and disks are not read; odd rows are rejected", () => {
  expect(offers.every(({ currency, pricePerGpuHour }) => currency === "USD" && pricePerGpuHour < 20)).toBe(
    true,
  );
  expect(rejects.map(({ reason }) => reason)).toEqual([
    "no_longer_effective",
    "no_longer_effective",
    "no_longer_effective",
    "not_yet_effective",
    "no_price",
    "bad_price",
    "no_gpu_name",
    "unknown_period",
  ]);
  expect(find("NVIDIA Zeta 9000")).toMatchObject([{ gpuRaw: "NVIDIA Zeta 9000", pricePerGpuHour: 1 }]);
  expect(completeness.state).toBe("complete");
});

test("a card without a list price leaves the pull complete; a page that ends in GPUs may be cut", () => {
  const row = (name: string, price: string) => `| ${name} | ${price} | 1 GPU hour |`;
  const gpus = page(usd(row("H100", "\\$4.50"), row("GB300", "Contact us")));
  const disks = `${gpus.body}\n## Disks\n| Disk | \\$0.071 | 1 GiB hour |\n`;
  const parsed = nebius.parse([{ ...gpus, body: disks }], at);
  expect(parsed.completeness.state).toBe("complete");
  expect(nebius.parse([gpus], at).completeness).toMatchObject({ state: "truncated", blindScopes: "*" });
  expect(parsed.offers).toMatchObject([{ offerId: "H100", region: null, priceRaw: 4.5 }]);
});

test.each(["4.50 EUR", "$4,50", "€4.50", "$", "$0"])("a price written %s is none in USD", (price) => {
  const { offers, rejects } = nebius.parse([page(usd(`| H100 | ${price} | 1 GPU hour |`))], at);
  expect([offers, rejects.map(({ reason }) => reason)]).toEqual([
    [],
    [price === "$" ? "no_price" : "bad_price"],
  ]);
});

test.each([
  ["another unit", usd("| H100 | \\$4.50 | 1 node hour |")],
  ["no prices in USD", '<Tab title="EUR">\n| **Item** | **Price** | **Per** |\n</Tab>'],
  [
    "other columns",
    '<Tab title="USD">\n| **Item** | **Spot** | **Regular** |\n| H100 | \\$2 | \\$4 |\n</Tab>',
  ],
])("a page with %s is another page", (_what, table) => {
  expect(() => nebius.parse([page(table)], at)).toThrow(/shape/);
});
