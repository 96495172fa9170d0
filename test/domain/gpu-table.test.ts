import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { GpuTable } from "../../src/domain/gpu.ts";
import { buildGpuTable } from "../../src/domain/gpu-table.ts";
import { loadReference, parseCsv, readData } from "../../src/reference.ts";

let gpus: GpuTable;
beforeAll(async () => {
  gpus = (await loadReference()).gpus;
});

describe("data/gpus.csv", () => {
  test("every row is sane", () => {
    expect(gpus.all.length).toBeGreaterThan(100);
    for (const gpu of gpus.all) {
      expect(gpu.id).toBe(
        gpu.name
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, "-")
          .replace(/-$/, ""),
      );
      expect(gpu.launch ?? "2000-01").toMatch(/^20\d\d-(0[1-9]|1[0-2])$/);
      const facts = [gpu.vramGib, gpu.memoryBandwidthGbps, gpu.fp16Tflops, gpu.fp8Tflops, gpu.tdpW];
      for (const fact of [...facts, gpu.interconnectGbps]) expect(fact ?? 1).toBeGreaterThan(0);
      if (gpu.members.length === 0) expect(gpu.vramGib, gpu.id).not.toBeNull();
      expect(gpu.class === null, `class of ${gpu.id}`).toBe(gpu.members.length > 0);
    }
  });

  test("every alias, name and id is its card in either case, and no other's", () => {
    for (const gpu of gpus.all) {
      for (const text of [gpu.id, gpu.name, ...gpu.aliases]) {
        for (const written of [text, text.toUpperCase(), text.toLowerCase()]) {
          expect(gpus.resolve({ name: written }), `${written} of ${gpu.id}`).toEqual({
            gpu: gpu.id,
            slice: false,
          });
          expect(gpus.find(written)?.id, written).toBe(gpu.id);
        }
      }
    }
  });

  test("spacing and punctuation do not change what an alias means", async () => {
    const rows = parseCsv(await readData("gpus.csv"));
    const changes: readonly ((text: string) => string)[] = [
      (text) => text.replace(/[\s_-]+/g, "_"),
      (text) => text.replace(/[\s_-]+/g, "-"),
      (text) => text.replace(/[\s_-]+/g, "  "),
      (text) => text.replace(/[\s_-]+/g, " - "),
      (text) => text.replace(/[\s_-]+(?!gb)/gi, "/"),
      (text) => `(${text})`,
      (text) => ` ${text},`,
      (text) => `NVIDIA® ${text}`,
    ];
    for (const { id, name, aliases } of rows) {
      for (const text of [id!, name!, ...aliases!.split("|").filter(Boolean)])
        for (const change of changes)
          expect(gpus.resolve({ name: change(text) }).gpu, `${change(text)} of ${id}`).toBe(id);
    }
  });

  test("the memory of a card never contradicts its own names", () => {
    for (const gpu of gpus.all) {
      if (gpu.members.length > 0) continue;
      const { gpu: id } = gpus.resolve({ name: gpu.name, vramGib: gpu.vramGib });
      expect(id).toBe(gpu.id);
    }
  });
});

describe("find", () => {
  test.each([
    ["H100 SXM", "h100-sxm"],
    ["h100_sxm5", "h100-sxm"],
    ["h100", "h100"],
    ["A100-SXM", "a100"],
    ["rtx4090", "rtx-4090"],
    ["GeForce RTX 4090", "rtx-4090"],
    ["p5.48xlarge", "h100-sxm"],
    ["Standard_ND96isr_H200_v5", "h200-sxm"],
    ["v100-sxm2-16gb", "v100-sxm2-16gb"],
    ["b200", "b200"],
    ["tpu v5e", "tpu-v5e"],
    ["3090", "rtx-3090"],
    ["5090", "rtx-5090"],
    ["4090 24gb", "rtx-4090"],
    ["4090 48gb", "rtx-4090-48gb"],
    ["4090d", "rtx-4090d"],
    ["3090 ti", "rtx-3090-ti"],
    ["4080 super", "rtx-4080-super"],
    ["1080ti", "gtx-1080-ti"],
    ["h100 pcie", "h100-pcie"],
    ["H100 SXM5 80GB", "h100-sxm"],
    ["h200", "h200"],
    ["mi300x", "mi300x"],
    ["a100 80gb", "a100-80gb"],
    ["a6000", "rtx-a6000"],
    ["dgx b200", "b200"],
  ])("%s is %s", (text, id) => expect(gpus.find(text)?.id).toBe(id));

  test.each(["", " ", "h1000", "1/6 A10", "RTX 4090 64GB", "banana"])('"%s" is nothing', (text) =>
    expect(gpus.find(text)).toBeNull(),
  );
});

describe("suggest", () => {
  test.each([
    ["h1000", "h100"],
    ["rtx 4900", "rtx-4090"],
    ["4090", "rtx-4090"],
    ["mi300", "mi300x"],
    ["a100 sxm 64gb", "a100-sxm-40gb"],
    ["rtx 6000 pro max", "rtx-pro-6000"],
  ])("%s brings up %s", (text, id) => expect(gpus.suggest(text)).toContain(id));

  test("gives at most five and nothing for nothing", () => {
    expect(gpus.suggest("rtx").length).toBeLessThanOrEqual(5);
    expect(gpus.suggest("")).toEqual([]);
    expect(gpus.suggest("qqqqqqqqqqqq")).toEqual([]);
  });
});

describe("membersOf", () => {
  test("a family gives itself and its members, those of inner families too", () => {
    expect([...gpus.membersOf("h100")].sort()).toEqual(["h100", "h100-nvl", "h100-pcie", "h100-sxm"]);
    expect(gpus.membersOf("a100")[0]).toBe("a100");
    expect(gpus.membersOf("a100")).toContain("a100-80gb");
    expect(gpus.membersOf("a100")).toContain("a100-sxm-40gb");
  });

  test("a card and an unknown id stand for themselves", () => {
    expect(gpus.membersOf("h100-sxm")).toEqual(["h100-sxm"]);
    expect(gpus.membersOf("unknown:RTX 4090")).toEqual(["unknown:RTX 4090"]);
  });

  test("is closed: the members of a member are members", () => {
    for (const gpu of gpus.all) {
      const members = gpus.membersOf(gpu.id);
      expect(new Set(members).size).toBe(members.length);
      for (const member of members) {
        expect(gpus.byId.has(member)).toBe(true);
        for (const inner of gpus.membersOf(member)) expect(members).toContain(inner);
      }
    }
  });
});

describe("resolve", () => {
  const vram = fc.option(fc.oneof(fc.double(), fc.integer({ min: 1, max: 320 })));
  const word = fc.constantFrom(
    "H100",
    "A100",
    "RTX",
    "4090",
    "SXM5",
    "80GB",
    "8x",
    "MIG",
    "PCIe",
    "Ada",
    "-",
    "x",
  );
  const name = fc.oneof(
    fc.string(),
    fc.array(word).map((words) => words.join(" ")),
  );

  test("never throws, and answers an id of the table or the raw name", () => {
    fc.assert(
      fc.property(name, vram, fc.option(name), (text, vramGib, instanceType) => {
        const { gpu } = gpus.resolve({ name: text, vramGib, instanceType });
        expect(gpus.byId.has(gpu) || gpu === `unknown:${text}`).toBe(true);
        gpus.find(text);
        gpus.suggest(text);
      }),
      { numRuns: 500 },
    );
  });

  test("decoration does not change the card", () => {
    const decorate = fc.constantFrom(
      (text: string) => `NVIDIA ${text}`,
      (text: string) => `8x ${text}`,
      (text: string) => `${text} GPU`,
      (text: string) => text.replaceAll(" ", "_"),
      (text: string) => text.replaceAll(" ", "-").toLowerCase(),
      (text: string) => `  ${text}  `,
    );
    fc.assert(
      fc.property(fc.constantFrom(...gpus.all), decorate, (gpu, change) => {
        const plain = gpus.resolve({ name: gpu.name });
        expect(gpus.resolve({ name: change(gpu.name) })).toEqual(plain);
      }),
    );
  });

  test("memory only ever narrows: the answer lies within what the name alone gives", () => {
    fc.assert(
      fc.property(fc.constantFrom(...gpus.all), fc.integer({ min: 4, max: 300 }), (gpu, vramGib) => {
        const family = gpu.name.split(" ")[0]!;
        const wide = gpus.resolve({ name: family }).gpu;
        const narrow = gpus.resolve({ name: family, vramGib }).gpu;
        const within = narrow.startsWith("unknown:") || gpus.membersOf(wide).includes(narrow);
        expect(within, `${family} ${vramGib}: ${wide} -> ${narrow}`).toBe(true);
      }),
    );
  });
});

describe("buildGpuTable", () => {
  const row = { id: "x1", name: "X1", vendor: "V", source: "test" };

  test("an empty table knows nothing", () => {
    const empty = buildGpuTable([]);
    expect(empty.resolve({ name: "H100" }).gpu).toBe("unknown:H100");
    expect(empty.find("H100")).toBeNull();
    expect(empty.suggest("H100")).toEqual([]);
  });

  test.each([
    ["a missing name", [{ ...row, name: "" }]],
    ["a number that is not positive", [{ ...row, vram_gib: "-1" }]],
    ["a word for a number", [{ ...row, tdp_w: "many" }]],
    ["a class that is none", [{ ...row, class: "gaming" }]],
    ["an id twice", [row, row]],
    ["a lost member", [{ ...row, members: "x2" }]],
    ["a family of itself", [{ ...row, members: "x1" }]],
  ])("refuses %s", (_what, rows) => expect(() => buildGpuTable(rows)).toThrow(/data\/gpus\.csv/));
});
