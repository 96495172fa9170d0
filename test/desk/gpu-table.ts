import type { Gpu, GpuTable } from "../../src/domain/gpu.ts";

const gpu = (id: string, changes: Partial<Gpu> = {}): Gpu => ({
  id,
  name: id.toUpperCase(),
  vendor: "nvidia",
  architecture: null,
  class: "datacentre",
  launch: null,
  vramGib: null,
  memoryBandwidthGbps: null,
  fp16Tflops: null,
  fp8Tflops: null,
  tdpW: null,
  formFactor: null,
  interconnect: null,
  interconnectGbps: null,
  aliases: [],
  notes: null,
  source: "test",
  members: [],
  ...changes,
});

const all = [
  gpu("h100", { vramGib: 80, members: ["h100-sxm", "h100-pcie"] }),
  gpu("h100-sxm", { vramGib: 80, fp16Tflops: 989, aliases: ["H100 SXM5"] }),
  gpu("h100-pcie", { vramGib: 80, fp16Tflops: 756 }),
  gpu("a100-80gb", { vramGib: 80, fp16Tflops: 312 }),
  gpu("rtx-4090", { vramGib: 24, fp16Tflops: 165 }),
];

/** A small GPU table: one family of two members, and two more cards. */
export const gpuTable: GpuTable = {
  all,
  byId: new Map(all.map((one) => [one.id, one])),
  resolve: ({ name }) => ({ gpu: `unknown:${name}`, slice: false }),
  find: (text) => all.find(({ id, name, aliases }) => [id, name, ...aliases].includes(text)) ?? null,
  suggest: (text) => all.map(({ id }) => id).filter((id) => id.startsWith(text.slice(0, 2))),
  membersOf: (id) => [id, ...(all.find((one) => one.id === id)?.members ?? [])],
};
