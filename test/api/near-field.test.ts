import { describe, expect, it } from "vitest";
import { nearField } from "../../src/api/near-field.ts";

const schema = {
  properties: {
    gpu: {},
    gpus: {},
    hours: {},
    countries: {},
    min: { properties: { vram_gib: {}, fp16_tflops: {} } },
    providers: { properties: { allow: {}, deny: {} } },
    max_usd_per_gpu_hour: {},
    max_total_usd: {},
  },
};

describe("a field that nobody knows", () => {
  it.each([
    ["min_vram_gib", "min.vram_gib"],
    ["minVramGib", "min.vram_gib"],
    ["vram_gib", "min.vram_gib"],
    ["vram", "min.vram_gib"],
    ["hour", "hours"],
    ["country", "countries"],
    ["max_usd_per_gpu_hr", "max_usd_per_gpu_hour"],
    ["provider", "providers"],
    ["max_total", "max_total_usd"],
  ])("%s is near %s", (name, near) => expect(nearField(name, schema)).toBe(near));

  it.each(["colour", "limit", "", "max", "price", "xx".repeat(40)])("%s is near none", (name) =>
    expect(nearField(name, schema)).toBeNull(),
  );

  it("is near none of a schema without fields", () => expect(nearField("gpus", {})).toBeNull());
});
