import { expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { awsGpuTypes, awsOptInRegions, awsRegions } from "../../src/sources/aws-instances.ts";
import {
  awsSpot,
  readSpotHistoryPage,
  spotHistoryMs,
  spotHistoryRequest,
} from "../../src/sources/aws-spot.ts";
import type { HttpRequest } from "../../src/sources/source.ts";
import { at, fetchFixture, payload, payloadsOf, readFixture } from "./fixture.ts";

const payloads = payloadsOf("aws-spot");
const { offers, rejects, completeness } = awsSpot.parse(payloads, at);
const find = (id: string) => offers.filter((offer) => offer.offerId === id);
const keys = readFixture("aws-spot").keys!;
const refusal = (status: number) =>
  new AppError("upstream_failed", `answered ${status}`, { details: { status } });

test("one offer a machine and zone, divided by its GPUs", () => {
  expect(find("p5.48xlarge")).toEqual([
    {
      provider: "aws",
      offerId: "p5.48xlarge",
      instanceType: "p5.48xlarge",
      gpuRaw: "p5.48xlarge",
      gpuCount: 8,
      gpuShare: 1,
      purchase: "spot",
      priceRaw: 22.4,
      unitRaw: "USD per instance-hour",
      currency: "USD",
      pricePerGpuHour: 2.8,
      region: "us-east-1",
      zone: "use1-az4",
      scope: "us-east-1",
    },
    expect.objectContaining({ zone: "use1-az6", pricePerGpuHour: 2.89 }),
  ]);
});

test("the later price of a zone counts, and a zone without an ID goes by its name", () => {
  const [eastern] = find("g6e.xlarge").filter((offer) => offer.region === "us-east-1");
  expect(eastern).toMatchObject({ priceRaw: 0.751, zone: "use1-az4" });
  expect(find("p4d.24xlarge")).toMatchObject([{ region: "eu-west-1", zone: "eu-west-1c" }]);
});

test("a part of a card is one GPU of that share", () => {
  expect(find("g6f.large")).toMatchObject([{ gpuShare: 0.125, pricePerGpuHour: 0.392 }]);
});

test("another system is left out, odd rows are rejected", () => {
  expect(offers).toHaveLength(17);
  expect(rejects.map(({ reason }) => reason)).toEqual([
    ...["bad_price", "unknown_instance_type", "absent_key: availabilityZone", "absent_key: instanceType"],
  ]);
});

test("regions that were not asked are blind", () => {
  expect(completeness.state).toBe("partial");
  expect(completeness.blindScopes).toHaveLength(awsRegions.length - 2);
});

test("asks every region for the prices of the moment, page after page", async () => {
  const { requests, payloads: answers } = await fetchFixture(awsSpot);
  expect(requests).toHaveLength(awsRegions.length + 1);
  const [first, second] = requests;
  expect(first).toMatchObject({ method: "POST", url: "https://ec2.us-east-1.amazonaws.com/" });
  expect(first?.form).toMatchObject({
    Action: "DescribeSpotPriceHistory",
    Version: "2016-11-15",
    StartTime: "2026-11-20T12:00:00.000Z",
    "ProductDescription.1": "Linux/UNIX",
    "Filter.1.Name": "instance-type",
    "Filter.1.Value.1": awsGpuTypes[0],
  });
  expect(first?.form).not.toHaveProperty("EndTime");
  expect(second?.form).toMatchObject({ NextToken: "x1eOq5zAdrWSQ0Z+EXAMPLE==" });
  expect(first?.headers?.authorization).toMatch(/Credential=AKIDEXAMPLE\/20261120\/us-east-1\/ec2\//);
  expect(second?.headers?.authorization).not.toBe(first?.headers?.authorization);
  expect(awsSpot.parse(answers, at).offers).toEqual(offers);
});

test("no key is in an address or an archived answer", async () => {
  const { requests, payloads: answers } = await fetchFixture(awsSpot, {
    keys: { ...keys, AWS_SESSION_TOKEN: "SESSION" },
  });
  expect(requests[0]?.headers?.["x-amz-security-token"]).toBe("SESSION");
  const kept = JSON.stringify([answers, requests.map(({ url }) => url)]);
  for (const secret of ["AKIDEXAMPLE", keys.AWS_SECRET_ACCESS_KEY!, "SESSION"])
    expect(kept).not.toContain(secret);
  expect(JSON.stringify(requests)).not.toContain(keys.AWS_SECRET_ACCESS_KEY);
});

test("regions that the account has not enabled are lost with the reason; the others are read", async () => {
  const isClosed = ({ name }: HttpRequest) => awsOptInRegions.some((region) => name === `${region}-1`);
  const { payloads: answers } = await fetchFixture(awsSpot, {
    fail: (request) => (isClosed(request) ? refusal(401) : null),
  });
  const parsed = awsSpot.parse(answers, at);
  expect(parsed.offers).toEqual(offers);
  expect(parsed.completeness).toMatchObject({ state: "partial", blindScopes: awsOptInRegions });
  expect(parsed.completeness.note).toContain("17 of them refused the key");
});

test("a key that is refused at once is a failure of the source", async () => {
  await expect(fetchFixture(awsSpot, { fail: () => refusal(401) })).rejects.toThrow("answered 401");
});

test("a next page that is missing makes its region truncated", () => {
  const whole = awsRegions.slice(1).map((region) => payload(`${region}-1`, readFixture("aws-spot").empty));
  const parsed = awsSpot.parse([payloads[0]!, ...whole], at);
  expect(parsed.completeness).toMatchObject({ state: "truncated", blindScopes: ["us-east-1"] });
});

test("a stretch of the past is asked for with its end", () => {
  const query = { name: "page", region: "eu-west-1", keys, at };
  const start = at - spotHistoryMs;
  const request = spotHistoryRequest({ ...query, baseUrl: "http://127.0.0.1:4100/ec2", start, end: at });
  expect(request.url).toBe("http://127.0.0.1:4100/ec2/eu-west-1");
  expect(request.form).toMatchObject({
    StartTime: "2026-08-22T12:00:00.000Z",
    EndTime: "2026-11-20T12:00:00.000Z",
  });
  const inside = spotHistoryRequest({ ...query, baseUrl: "http://127.0.0.1:4100/{region}/ec2", start });
  expect(inside.url).toBe("http://127.0.0.1:4100/eu-west-1/ec2");
});

test("a page is a list with a token, or throws", () => {
  expect(readSpotHistoryPage(payloads[0]!)).toMatchObject({
    items: [{ instanceType: "p5.48xlarge", timestamp: "2026-11-20T11:17:31.000Z" }, {}, {}, {}],
    nextToken: "x1eOq5zAdrWSQ0Z+EXAMPLE==",
  });
  expect(readSpotHistoryPage(payloads[2]!).items).toHaveLength(13);
  const refused = "<Response><Errors><Error><Code>AuthFailure</Code></Error></Errors></Response>";
  expect(() => readSpotHistoryPage(payload("page", refused))).toThrow("shape");
  const bare =
    "<DescribeSpotPriceHistoryResponse><requestId>1</requestId></DescribeSpotPriceHistoryResponse>";
  expect(() => readSpotHistoryPage(payload("page", bare))).toThrow("spotPriceHistorySet");
});
