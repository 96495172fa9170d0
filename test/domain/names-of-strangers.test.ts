import { describe, expect, it } from "vitest";
import { gpusOfInstance } from "../../src/cli/gpus-of-instance.ts";
import { readProviderName } from "../../src/domain/provider-name.ts";
import { vramOfOne } from "../../src/domain/vram-of-one.ts";
import { loadReference } from "../../src/reference.ts";

const { gpus, providers } = await loadReference();

describe("a provider in a stranger's file", () => {
  it.each([
    ["primeintellect(all)", "primeintellect", null, true],
    ["Prime Intellect (all)", "primeintellect", null, true],
    ["RunPod Secure", "runpod", "secure", null],
    ["runpod (community cloud)", "runpod", "community", null],
    ["Lambda Labs", "lambda", null, null],
    ["vast.ai", "vast", null, null],
    ["Nobody Secure", "nobody secure", null, null],
  ])("%s", (text, id, tier, derived) => {
    expect(readProviderName(text, providers)).toEqual({ id, tier, derived: derived === true });
  });
});

describe("memory that is told", () => {
  const one = (name: string, instanceType: string | null, vramGib: number | null, count: number) =>
    vramOfOne({ name, instanceType, vramGib }, count, gpus);
  it.each([
    ["of all cards", "L4", "g6.48xlarge", 179, 8, 179 / 8],
    ["of all cards, by the instance type", "g6.48xlarge", "g6.48xlarge", 179, 8, 179 / 8],
    ["of all cards of a type with two sizes", "A100", null, 320, 8, 40],
    ["of one", "L4", "g6.48xlarge", 24, 8, 24],
    ["of one of several", "H100 SXM", null, 80, 8, 80],
    ["of a card that nobody knows", "XPU", null, 640, 8, 640],
    ["of what fits neither way", "L4", null, 100, 8, 100],
  ])("is one card's: %s", (_what, name, type, told, count, expected) => {
    expect(one(name, type, told, count)).toBe(expected);
  });
  it("not at all stays so", () => {
    expect(one("L4", null, null, 8)).toBeNull();
  });
});

it("an instance type tells its GPUs where it can", () => {
  const types = ["g6.48xlarge", "p5.48xlarge", "gpu_8x_h100_sxm5", "a2-highgpu-4g", "m5.large", "box", null];
  expect(types.map(gpusOfInstance)).toEqual([8, 8, 8, 4, null, null, null]);
});
