import { expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { awsSpotFeed, interruptionBuckets } from "../../src/sources/aws-spot-feed.ts";
import type { HttpRequest } from "../../src/sources/source.ts";
import { at, fetchFixture, hasSamples, payload, payloadsOf, sample } from "./fixture.ts";

const payloads = payloadsOf("aws-spot-feed");
const { offers, rejects, completeness } = awsSpotFeed.parse(payloads, at);
const find = (id: string) => offers.filter((offer) => offer.offerId === id);

test("a machine's price divided by its GPUs, with the advisor's range, under the region's present name", () => {
  expect(find("p5.48xlarge").filter((offer) => offer.region === "us-east-1")).toEqual([
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
      interruptionLow: 0.1,
      interruptionHigh: 0.15,
    },
  ]);
  expect(find("g4dn.xlarge")).toMatchObject([
    { region: "ap-northeast-1", interruptionLow: null },
    { region: "eu-west-1", interruptionLow: 0, interruptionHigh: 0.05 },
  ]);
});

test("the last range has no upper end, and a range that is not known or not told is absent", () => {
  expect(find("g6e.12xlarge")).toMatchObject([{ interruptionLow: 0.2, interruptionHigh: null }]);
  expect(find("g6f.xlarge")).toMatchObject([{ interruptionLow: null, interruptionHigh: null }]);
  expect(find("p6-b200.48xlarge")).toMatchObject([{ interruptionLow: null, interruptionHigh: null }]);
});

test("a part of a card is one GPU of that share", () => {
  expect(find("g6f.xlarge")).toMatchObject([{ gpuCount: 1, gpuShare: 0.125, pricePerGpuHour: 0.688 }]);
});

test("not offered is left out, odd rows are rejected, a local zone keeps its name", () => {
  expect(find("p4de.24xlarge")).toEqual([]);
  expect(find("g4dn.12xlarge")).toMatchObject([{ region: "us-west-2-lax-1a", gpuCount: 4 }]);
  expect(rejects.map(({ reason }) => reason)).toEqual([
    ...["bad_price", "unknown_instance_type", "no_price", "absent_key: size", "not_an_object", "second_row"],
  ]);
  expect(offers).toHaveLength(24);
});

test("with both files the answer is complete", () => {
  expect(completeness).toEqual({ state: "complete", note: null, blindScopes: [] });
});

test("without the advisor the prices stay and the ranges are absent", async () => {
  const fail = ({ name }: HttpRequest) =>
    name === "advisor" ? new AppError("upstream_failed", "answered 403", { details: { status: 403 } }) : null;
  const { payloads: answers } = await fetchFixture(awsSpotFeed, { fail });
  const odd = payloads.map((one) => (one.name === "advisor" ? { ...one, body: '{"moved":true}' } : one));
  for (const parsed of [awsSpotFeed.parse(answers, at), awsSpotFeed.parse(odd, at)]) {
    expect(parsed.offers.map((offer) => [offer.offerId, offer.priceRaw])).toEqual(
      offers.map((offer) => [offer.offerId, offer.priceRaw]),
    );
    expect(parsed.offers.every((offer) => offer.interruptionLow === null)).toBe(true);
    // No offer is of this scope, so that what is missing from the feed still counts as gone.
    expect(parsed.completeness).toMatchObject({ state: "partial", blindScopes: ["advisor"] });
    expect(parsed.completeness.note).toContain("no answer for advisor");
  }
});

test("the feed's freshness is not known, so that no time is claimed", () => {
  expect(offers.some((offer) => "observedAt" in offer)).toBe(false);
});

test("a mirror serves both files", async () => {
  const { requests } = await fetchFixture({ ...awsSpotFeed, baseUrl: "http://127.0.0.1:4100/aws-spot" });
  expect(requests.map(({ url }) => url)).toEqual([
    "http://127.0.0.1:4100/aws-spot/spot.json",
    "http://127.0.0.1:4100/aws-spot/spot-advisor-data.json",
  ]);
});

test.skipIf(!hasSamples)("the recorded advisor: every machine of four regions that has a range", () => {
  const recorded = sample("aws_spot_advisor_gpu_subset.json");
  const buckets = interruptionBuckets(JSON.parse(recorded))!;
  expect(buckets.size).toBe(222);
  const machines = ["us-east-1|p5.48xlarge", "us-east-1|g4dn.xlarge", "us-west-2|p5.48xlarge"];
  expect(machines.map((key) => buckets.get(key))).toEqual([4, 3, 1]);
  expect(new Set(buckets.values())).toEqual(new Set([0, 1, 2, 3, 4]));
  const size = { size: "p5.48xlarge", valueColumns: [{ name: "linux", prices: { USD: "22.4" } }] };
  const feed = { config: { regions: [{ region: "us-west-2", instanceTypes: [{ sizes: [size] }] }] } };
  const parsed = awsSpotFeed.parse(
    [payload("prices", JSON.stringify(feed)), payload("advisor", recorded)],
    at,
  );
  expect(parsed.completeness).toEqual({ state: "complete", note: null, blindScopes: [] });
  expect(parsed.offers).toMatchObject([
    { region: "us-west-2", interruptionLow: 0.05, interruptionHigh: 0.1 },
  ]);
});
