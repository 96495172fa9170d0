import { describe, expect, test } from "vitest";
import { gpuai } from "../../src/sources/gpuai.ts";
import { shadeform } from "../../src/sources/shadeform.ts";
import { at, payload, payloadsOf } from "./fixture.ts";

describe("GPU.ai", () => {
  const { offers, rejects } = gpuai.parse(payloadsOf("gpuai"), at);
  const free = (id: string) => offers.find(({ offerId }) => offerId === id)?.availableGpus;

  test("counts free configurations, each with all its GPUs", () => {
    expect([free("o8"), free("o1"), free("o2"), free("o3")]).toEqual([24, 24, 3, 0]);
  });

  test("an offering that comes twice counts once, with another price it is refused", () => {
    expect(offers.filter(({ offerId }) => offerId === "o3")).toHaveLength(1);
    expect(offers.filter(({ offerId }) => offerId === "o8")).toMatchObject([{ pricePerGpuHour: 4.8 }]);
    expect(rejects.filter(({ reason }) => reason === "conflicting_price")).toHaveLength(1);
  });
});

describe("Shadeform", () => {
  const { offers, rejects } = shadeform.parse(payloadsOf("shadeform"), at);

  test("a type without a GPU is not for here, and no reject", () => {
    expect(rejects.map(({ raw }) => raw).join()).not.toContain("vc2-4c-8gb");
    expect(offers.map(({ offerId }) => offerId).join()).not.toContain("vc2-4c-8gb");
  });

  test("a type that names a GPU and has none is refused", () => {
    const body = payloadsOf("shadeform")[0]!.body.replace('"num_gpus": 8', '"num_gpus": 0');
    expect(shadeform.parse([payload("types", body)], at).rejects.map(({ reason }) => reason)).toContain(
      "bad_gpu_count",
    );
  });

  test("the name on display gives the place", () => {
    const [canada] = offers.filter(({ region }) => region === "CANADA-1");
    expect(canada).toMatchObject({ country: "CA" });
    const body = payloadsOf("shadeform")[0]!.body.replace('"region": "CANADA-1"', '"region": null');
    const [unnamed] = shadeform
      .parse([payload("types", body)], at)
      .offers.filter(({ upstream }) => upstream === "hyperstack");
    expect(unnamed).toMatchObject({ region: "Montreal, Canada", country: "CA" });
    expect(offers.filter(({ region }) => region === "us-south-1")).toMatchObject([{ country: null }]);
  });
});
