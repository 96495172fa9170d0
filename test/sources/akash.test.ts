import { expect, test } from "vitest";
import { akash } from "../../src/sources/akash.ts";
import { at, payloadsOf } from "./fixture.ts";

const { offers, rejects } = akash.parse(payloadsOf("akash"), at);

test("a model is a statistic: the weighted average, with the GPUs that are free now", () => {
  expect(offers[0]).toEqual({
    provider: "akash",
    offerId: "nvidia-a100-80Gi-SXM4",
    gpuRaw: "a100 SXM4",
    vramGib: 80,
    gpuCount: 1,
    purchase: "on_demand",
    priceRaw: 1.67,
    unitRaw: "USD per GPU-hour, weighted average of recent single-GPU bids",
    currency: "USD",
    pricePerGpuHour: 1.67,
    derived: true,
    availableGpus: 116,
    availableIs: "exact",
  });
  expect(offers[1]).toMatchObject({ gpuRaw: "rtx4090", pricePerGpuHour: 0.33 });
});

test("models that nobody bid on are no errors of the answer", () => {
  expect(rejects.map(({ reason }) => reason)).toEqual(["bad_price"]);
  const priceless = payloadsOf("akash").map((one) => {
    const body = JSON.parse(one.body) as { models: object[] };
    const models = body.models
      .slice(0, 2)
      .concat(Array(8).fill({ ...body.models[0], model: "x", price: null }));
    return { ...one, body: JSON.stringify({ ...body, models }) };
  });
  const parsed = akash.parse(priceless, at);
  expect(parsed.dropped).toEqual({ no_bids: 8 });
  expect(parsed.completeness.state).toBe("complete");
});
