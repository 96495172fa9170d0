import { describe, expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { aws } from "../../src/sources/aws.ts";
import { awsGpus, awsGpuTypes, awsRegions, isAwsGpuType } from "../../src/sources/aws-instances.ts";
import { at, fetchFixture, hasSamples, payload, payloadsOf, sample } from "./fixture.ts";

const payloads = payloadsOf("aws");
const { offers, rejects, completeness } = aws.parse(payloads, at);
const find = (id: string) => offers.filter((offer) => offer.offerId === id);
const body = (name: string) => payloads.find((one) => one.name === name)!.body;
const withBody = (name: string, changed: string) =>
  payloads.map((one) => (one.name === name ? { ...one, body: changed } : one));

test("the bare Linux machine of the price file, divided by its GPUs", () => {
  expect(find("p5.48xlarge")).toEqual([
    {
      provider: "aws",
      offerId: "p5.48xlarge",
      instanceType: "p5.48xlarge",
      gpuRaw: "p5.48xlarge",
      gpuCount: 8,
      gpuShare: 1,
      purchase: "on_demand",
      termMonths: null,
      upfrontShare: null,
      priceRaw: 55.04,
      unitRaw: "USD per instance-hour",
      currency: "USD",
      pricePerGpuHour: 6.88,
      includes: { cpuCores: 192, ramGib: 2048, diskGib: null },
      region: "us-east-1",
      scope: "us-east-1",
    },
  ]);
  expect(find("g4dn.metal")).toMatchObject([{ gpuCount: 8, pricePerGpuHour: 0.978 }]);
});

test("reserved without upfront by the hour, all upfront by the term; partial and convertible are not read", () => {
  expect(find("p4d.24xlarge/no-upfront")).toMatchObject([
    { purchase: "reserved", termMonths: 12, upfrontShare: 0, priceRaw: 19.22, pricePerGpuHour: 2.4025 },
  ]);
  expect(find("p4d.24xlarge/all-upfront")).toMatchObject([
    { termMonths: 36, upfrontShare: 1, unitRaw: "USD per instance for 36 months", pricePerGpuHour: 1.125 },
  ]);
  expect(offers.filter((offer) => offer.purchase === "reserved")).toHaveLength(2);
});

test("a part of a card is one GPU of that share, priced for the whole card", () => {
  expect(find("g6f.large")).toMatchObject([{ gpuCount: 1, gpuShare: 0.125, pricePerGpuHour: 1.6 }]);
});

test("where the file has no GPU column or an empty one the instance type tells the number", () => {
  expect(find("p3.16xlarge")).toMatchObject([{ gpuCount: 8, pricePerGpuHour: 3.305, region: "eu-west-1" }]);
  expect(find("g6.12xlarge")).toMatchObject([{ gpuCount: 4, pricePerGpuHour: 1.289 }]);
});

test("a type that nobody knows stays, an unknown number of GPUs, a second SKU and an honest $0 do not", () => {
  expect(find("p9.48xlarge")).toMatchObject([{ gpuRaw: "p9.48xlarge", gpuCount: 8 }]);
  expect(rejects.map(({ reason }) => reason)).toEqual(["second_sku", "unknown_gpu_count", "bad_price"]);
  expect(offers).toHaveLength(15);
});

test("capacity blocks at $0 are no offers: by design, or for their price where no column names them apart", () => {
  expect(rejects.some(({ raw }) => raw.includes("CapacityBlock"))).toBe(false);
  const without = body("us-east-1").replace('"MarketOption"', '"Something else"');
  const parsed = aws.parse(withBody("us-east-1", without), at);
  expect(parsed.offers).toEqual(offers);
  expect(parsed.rejects.map(({ reason }) => reason)).toEqual([
    ...["bad_price", "second_sku", "unknown_gpu_count", "bad_price"],
  ]);
});

describe("reading a file as it streams", () => {
  test("keeps what stands before the rows and rows that can become offers", async () => {
    const { requests } = await fetchFixture(aws);
    const request = requests.find(({ name }) => name === "us-east-1")!;
    const whole = body("us-east-1").split("\n");
    const filtered = `${whole.filter((line, index) => request.keepLine!(line, index)).join("\n")}\n`;
    expect(filtered.length).toBeLessThan(body("us-east-1").length);
    expect(filtered.split("\n").slice(0, 6)).toEqual(whole.slice(0, 6));
    expect(filtered).not.toMatch(/"m5\.large"|"trn1|"RHEL"|"Dedicated"|"SQL Ent"/);
    const parsed = aws.parse(withBody("us-east-1", filtered), at);
    expect(parsed).toMatchObject({ offers, rejects, completeness });
  });

  test("does not ask that of the index", async () => {
    const { requests } = await fetchFixture(aws);
    expect(requests[0]).not.toHaveProperty("keepLine");
    expect(requests).toHaveLength(3);
  });
});

test("a region that fails is lost, one that the index does not have is not missed", async () => {
  expect(completeness).toEqual({ state: "complete", note: null, blindScopes: [] });
  const { payloads: answers } = await fetchFixture(aws, {
    fail: ({ name }) =>
      name === "us-east-1"
        ? new AppError("upstream_failed", "answered 503", { details: { status: 503 } })
        : null,
  });
  const parsed = aws.parse(answers, at);
  expect(parsed.completeness).toMatchObject({ state: "partial", blindScopes: ["us-east-1"] });
  expect(parsed.completeness.note).toContain("no answer for us-east-1");
});

test("an address in the index that is none of this host's paths is not asked", async () => {
  const index = JSON.stringify({
    regions: {
      "us-east-1": { currentVersionUrl: "@elsewhere.example/index.json" },
      "eu-west-1": { currentVersionUrl: 7 },
    },
  });
  expect(aws.parse([payload("index", index)], at).completeness.state).toBe("empty");
});

test.each([
  ["no header", "a,b\nc,d\n", "a row of column names"],
  ["a header without a column that it needs", '"SKU","TermType","Unit"\n', "the column PricePerUnit"],
  ["a row that is cut", body("us-east-1").slice(0, -30), "a price file to its last"],
])("a price file with %s throws", (_what, text, words) => {
  expect(() => aws.parse(withBody("us-east-1", text), at)).toThrow(words);
});

test("instance types: families with GPUs, and how many each has", () => {
  expect(awsGpus("p5.4xlarge")).toBe(1);
  expect(awsGpus("p6-b300.48xlarge")).toBe(8);
  expect(awsGpus("p6e-gb200.36xlarge")).toBe(4);
  expect(awsGpus("g7.12xlarge")).toBe(2);
  expect(awsGpus("g6.12xlarge")).toBe(4);
  expect(awsGpus("g6f.4xlarge")).toBe(0.5);
  expect(awsGpus("m5.large")).toBeNull();
  expect(awsGpuTypes.every(isAwsGpuType)).toBe(true);
  // EC2 takes at most 200 values in one filter.
  expect(awsGpuTypes.length).toBeLessThanOrEqual(200);
  expect(["p7.48xlarge", "gr6.4xlarge", "g5g.metal"].map(isAwsGpuType)).toEqual([true, true, true]);
  expect(["trn2.48xlarge", "inf1.xlarge", "m6g.large", "dl1.24xlarge"].some(isAwsGpuType)).toBe(false);
  expect(new Set(awsRegions).size).toBe(awsRegions.length);
});

test.skipIf(!hasSamples)("the recorded file has the shape and no row with a GPU: it gives no offers", () => {
  const index = JSON.stringify({
    regions: { "us-east-1": { currentVersionUrl: "/a/us-east-1/index.json" } },
  });
  const parsed = aws.parse(
    [payload("index", index), payload("us-east-1", sample("aws_ec2_offer_csv_testfixture.csv"))],
    at,
  );
  expect([parsed.offers, parsed.rejects]).toEqual([[], []]);
  expect(parsed.completeness.state).toBe("empty");
});
