import { beforeAll, describe, expect, test } from "vitest";
import type { GpuTable } from "../../src/domain/gpu.ts";
import { loadReference } from "../../src/reference.ts";

let gpus: GpuTable;
beforeAll(async () => {
  gpus = (await loadReference()).gpus;
});

describe("evidence", () => {
  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("of %s watts tells nothing", (powerW) => {
    const query = { name: "Tesla V100", vramGib: 32 };
    expect(gpus.resolve({ ...query, evidence: { powerW } })).toEqual(gpus.resolve(query));
  });

  test("never makes another name's card of a card, nor a card of a stranger", () => {
    for (const { id, name, vramGib } of gpus.all) {
      const evidence = { powerW: 700, nvlink: true };
      const { gpu } = gpus.resolve({ name, vramGib, evidence });
      const kin = gpus.all.filter((each) => gpus.membersOf(each.id).includes(id)).map((each) => each.id);
      expect([...kin, ...gpus.membersOf(id)], id).toContain(gpu);
    }
    expect(gpus.resolve({ name: "H300", evidence: { powerW: 700 } }).gpu).toBe("unknown:H300");
  });

  test("a modified card is in no family of the card it was", () => {
    for (const id of ["rtx-4090-48gb", "rtx-2080-ti-22gb"])
      expect(gpus.all.filter((gpu) => gpus.membersOf(gpu.id).includes(id)).map((gpu) => gpu.id)).toEqual([
        id,
      ]);
  });
});
