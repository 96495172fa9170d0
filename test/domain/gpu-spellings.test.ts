import { beforeAll, expect, test } from "vitest";
import type { GpuEvidence, GpuTable } from "../../src/domain/gpu.ts";
import { loadReference } from "../../src/reference.ts";

let gpus: GpuTable;
beforeAll(async () => {
  gpus = (await loadReference()).gpus;
});

interface Told {
  readonly vramGib?: number;
  readonly instanceType?: string;
  readonly evidence?: GpuEvidence;
}
type Spelling = readonly [name: string, gpu: string, told?: Told];

const watts = (powerW: number, nvlink?: boolean): GpuEvidence =>
  nvlink === undefined ? { powerW } : { powerW, nvlink };

/** Names of real products of 2024 to 2026 as venues, drivers and makers write them. */
const spellings: readonly Spelling[] = [
  ["NVIDIA B200 180GB HBM3e SXM6", "b200"],
  ["DGX B200", "b200"],
  ["NVIDIA DGX B200", "b200"],
  ["HGX B200", "b200"],
  ["8x HGX B200", "b200"],
  ["NVIDIA HGX B200 8-GPU", "b200"],
  ["B200 192GB", "b200"],
  ["DGX B300", "b300"],
  ["HGX B300", "b300"],
  ["B300 288GB SXM6", "b300"],
  ["DGX GB200", "gb200"],
  ["NVIDIA GB200 NVL72", "gb200"],
  ["GB300 NVL72", "gb300"],
  ["DGX H100", "h100-sxm"],
  ["NVIDIA DGX H100 80GB", "h100-sxm"],
  ["HGX H100", "h100-sxm"],
  ["H100 SXM5 80GB", "h100-sxm"],
  ["NVIDIA H100 80GB HBM3", "h100-sxm"],
  ["H100-SXM5-80GB", "h100-sxm"],
  ["2 x H100 SXM", "h100-sxm"],
  ["H100 SXM x8", "h100-sxm"],
  ["H100 SXM × 8", "h100-sxm"],
  ["NVIDIA® H100 SXM™", "h100-sxm"],
  ["NVIDIA H100 PCIe", "h100-pcie"],
  ["H100 80GB PCIe", "h100-pcie"],
  ["NVIDIA H100 NVL", "h100-nvl"],
  ["NVIDIA HGX H100 4-GPU", "h100-sxm"],
  ["8x H100 640GB", "h100"],
  ["H100 NVL 94GB", "h100-nvl"],
  ["NVIDIA H100 80GB", "h100"],
  ["H100", "h100", { vramGib: 79.65 }],
  ["H100", "h100-sxm", { vramGib: 79.65, evidence: watts(700, true) }],
  ["H100", "h100-pcie", { vramGib: 79.65, evidence: watts(350, false) }],
  ["NVIDIA H100 80GB", "h100-sxm", { instanceType: "p5.48xlarge" }],
  ["H200", "h200"],
  ["NVIDIA H200", "h200"],
  ["NVIDIA H200 141GB", "h200"],
  ["H200", "h200-sxm", { instanceType: "p5en.48xlarge" }],
  ["H200", "h200-sxm", { instanceType: "a3-ultragpu-8g" }],
  ["NVIDIA H200", "h200-sxm", { instanceType: "Standard_ND96isr_H200_v5" }],
  ["H200", "h200-sxm", { vramGib: 140.4, evidence: watts(700, true) }],
  ["H200", "h200-sxm", { vramGib: 140.4, evidence: watts(700, false) }],
  ["H200", "h200-nvl", { vramGib: 140.4, evidence: watts(600, false) }],
  ["H200", "h200", { vramGib: 140.4, evidence: watts(600, true) }],
  ["H200", "h200", { vramGib: 140.4, evidence: watts(600) }],
  ["H200 NVL", "h200", { vramGib: 140.4, evidence: watts(700, true) }],
  ["H200 NVL", "h200-nvl", { vramGib: 140.4, evidence: watts(520, true) }],
  ["DGX H200", "h200-sxm"],
  ["HGX H200 141GB", "h200-sxm"],
  ["NVIDIA H200 NVL 141GB", "h200-nvl"],
  ["H200 PCIe NVL", "h200-nvl"],
  ["GH200", "gh200"],
  ["NVIDIA GH200 Grace Hopper", "gh200"],
  ["GH200", "gh200-96gb", { vramGib: 95.6 }],
  ["NVIDIA GH200 480GB", "gh200-96gb"],
  ["GH200 144GB", "gh200-144gb"],
  ["NVIDIA GH200 144G HBM3e", "gh200-144gb"],
  ["GH200 SXM", "gh200-144gb", { vramGib: 143 }],
  ["H800", "h800"],
  ["NVIDIA H800 80GB", "h800"],
  ["H800 SXM5", "h800-sxm"],
  ["NVIDIA H800 PCIe", "h800-pcie"],
  ["H800", "h800-sxm", { evidence: watts(700) }],
  ["H800", "h800-pcie", { vramGib: 80, evidence: watts(350, false) }],
  ["NVIDIA H20", "h20"],
  ["H20 96GB", "h20"],
  ["H20 141GB", "h20-141gb"],
  ["NVIDIA H20-3e", "h20-141gb"],
  ["H20", "h20-141gb", { vramGib: 140.4 }],
  ["NVIDIA L20", "l20"],
  ["L20 48GB", "l20"],
  ["NVIDIA L2", "l2"],
  ["L2 24GB", "l2"],
  ["NVIDIA L4", "l4"],
  ["L40", "l40"],
  ["NVIDIA L40S 48GB", "l40s"],
  ["A100", "a100"],
  ["A100 80GB", "a100-80gb"],
  ["A100-SXM4-80GB", "a100-sxm-80gb"],
  ["NVIDIA A100-SXM4-40GB", "a100-sxm-40gb"],
  ["A100 SXM4", "a100"],
  ["A100 SXM4", "a100-sxm-40gb", { vramGib: 40 }],
  ["DGX A100", "a100"],
  ["HGX A100 80GB", "a100-sxm-80gb"],
  ["NVIDIA A100 80GB PCIe", "a100-pcie-80gb"],
  ["A100 PCIE", "a100-pcie-40gb", { vramGib: 40, evidence: watts(250, true) }],
  ["A100 PCIE", "a100-40gb", { vramGib: 40, evidence: watts(400, true) }],
  ["A100", "a100-pcie-80gb", { vramGib: 80, evidence: watts(300, false) }],
  ["A800", "a800"],
  ["A800 80GB", "a800-80gb"],
  ["NVIDIA A800-SXM4-80GB", "a800-sxm-80gb"],
  ["NVIDIA A800 80GB PCIe", "a800-pcie-80gb"],
  ["NVIDIA A800 40GB Active", "a800-40gb-active"],
  ["A800", "a800-sxm-80gb", { vramGib: 80, evidence: watts(400, true) }],
  ["Tesla V100", "v100"],
  ["Tesla V100", "v100-32gb", { vramGib: 32 }],
  ["Tesla V100", "v100-pcie-32gb", { vramGib: 32, evidence: watts(250, false) }],
  ["Tesla V100", "v100-sxm2-32gb", { vramGib: 32, evidence: watts(300, true) }],
  ["Tesla V100", "v100-sxm2-32gb", { vramGib: 32, evidence: watts(300, false) }],
  ["Tesla V100", "v100-32gb", { vramGib: 32, evidence: watts(250) }],
  ["Tesla V100", "v100-32gb", { vramGib: 32, evidence: watts(250, true) }],
  ["Tesla V100", "v100-pcie-16gb", { vramGib: 16, evidence: watts(250, false) }],
  ["Tesla V100", "v100-sxm2-32gb", { vramGib: 32, evidence: { nvlink: true } }],
  ["V100_16GB_NVLINK", "v100-sxm2-16gb"],
  ["V100 32GB", "v100-32gb"],
  ["Tesla V100-SXM2-32GB", "v100-sxm2-32gb"],
  ["Tesla V100S-PCIE-32GB", "v100s-pcie-32gb"],
  ["NVIDIA GeForce RTX 5090", "rtx-5090"],
  ["NVIDIA GeForce RTX 5090 D", "rtx-5090-d"],
  ["RTX 5090D", "rtx-5090-d"],
  ["RTX 5090 D v2", "rtx-5090-d-v2"],
  ["NVIDIA GeForce RTX 5090 D V2 24GB", "rtx-5090-d-v2"],
  ["RTX 5080", "rtx-5080"],
  ["GeForce RTX 5070 Ti", "rtx-5070-ti"],
  ["NVIDIA GeForce RTX 4090", "rtx-4090"],
  ["RTX 4090", "rtx-4090", { vramGib: 23.99, evidence: watts(600, false) }],
  ["RTX 4090", "rtx-4090-48gb", { vramGib: 47.99, evidence: watts(450, false) }],
  ["RTX 4090 48GB", "rtx-4090-48gb"],
  ["RTX 4090 D", "rtx-4090d"],
  ["RTX 2080 Ti", "rtx-2080-ti"],
  ["RTX 2080 Ti", "rtx-2080-ti", { vramGib: 11 }],
  ["RTX 2080 Ti", "rtx-2080-ti-22gb", { vramGib: 22 }],
  ["RTX 2080 Ti 22GB", "rtx-2080-ti-22gb"],
  ["Titan RTX", "titan-rtx"],
  ["NVIDIA TITAN RTX", "titan-rtx", { vramGib: 24 }],
  ["RTX A1000", "rtx-a1000"],
  ["NVIDIA RTX A1000 8GB", "rtx-a1000"],
  ["NVIDIA RTX A6000", "rtx-a6000"],
  ["NVIDIA RTX 6000 Ada Generation", "rtx-6000-ada"],
  ["NVIDIA RTX PRO 6000 Blackwell Server Edition", "rtx-pro-6000-blackwell-server"],
  ["NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition", "rtx-pro-6000-blackwell-max-q"],
  ["RTX PRO 6000", "rtx-pro-6000", { vramGib: 95.6, evidence: watts(300, false) }],
  ["RTX PRO 6000 MaxQ", "rtx-pro-6000", { vramGib: 95.6, evidence: watts(600, false) }],
  ["AMD Radeon PRO W7900", "radeon-pro-w7900"],
  ["AMD Instinct MI300X", "mi300x"],
  ["MI325X 256GB", "mi325x"],
  ["AMD Instinct MI355X OAM", "mi355x"],
  ["Intel Gaudi 3", "gaudi-3"],
];

/** What only looks like a product of the table. */
const strangers: readonly string[] = [
  ...["A1000", "A100X", "A30X", "H100X", "H10", "H1000", "H300", "B20", "B2000", "L400", "L40SX", "MI300"],
  ...["RTX 409", "RTX 4099", "RTX 4900", "RTX 5900", "RTX 50900", "RTX 3009", "RTX A600", "RTX A60000"],
  ...[
    "GTX 4090",
    "RX 4090",
    "RTX 4090 Ti",
    "RTX 5090 Ti",
    "RTX 5090 E",
    "Quadro 4090",
    "L4OS",
    "H1OO",
    "GH20",
  ],
  ...["RTX 4090 Laptop GPU", "RTX 3080 Mobile", "NVIDIA GeForce RTX 4080 Max-Q", "4090 Laptop"],
  ...["NVIDIA RTX A5000 Laptop GPU", "RTX 2000 Ada Laptop", "RTX A1000 Laptop GPU", "RTX 3090 mobile"],
  ...["DGX Spark", "DGX Station A100", "DGX-1", "HGX L40S", "H100 OAM", "MI300X SXM", "4000", "6000"],
  // Cyrillic Н, А, О, Т, М, В, and a Greek Alpha.
  ...["Н100", "Н200 NVL", "А100", "А100 SXM4 80GB", "L4О", "A10О", "RТX 4090", "МI300X", "В200", "Α100"],
];

const slices: readonly (readonly [name: string, gpu: string])[] = [
  ["A40-8Q", "a40"],
  ["NVIDIA A40-8Q", "a40"],
  ["NVIDIA A10-24Q", "a10"],
  ["NVIDIA L40S-48Q", "l40s"],
  ["NVIDIA A100-1-5C", "a100"],
  ["A16-16Q", "a16"],
  ["GRID V100D-32Q", "unknown:GRID V100D-32Q"],
  ["GRID A100D-10C", "unknown:GRID A100D-10C"],
  ["H100 1g.10gb", "h100"],
  ["NVIDIA H200 MIG 1g.18gb", "h200"],
  ["A100-SXM4-40GB MIG 3g.20gb", "a100-sxm-40gb"],
  ["B200 MIG 1g.23gb", "b200"],
  ["1/2 L40S", "l40s"],
];

test("there are enough of them, none twice", () => {
  const all = [...spellings, ...slices].map((row) => JSON.stringify(row));
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(120);
});

for (const [name, gpu, told] of spellings) {
  test(`${name} is ${gpu}${told === undefined ? "" : ` told ${JSON.stringify(told)}`}`, () => {
    expect(gpus.resolve({ name, ...told })).toEqual({ gpu, slice: false });
  });
}

test.each(strangers)("%s is no card of the table", (name) => {
  expect(gpus.resolve({ name })).toEqual({ gpu: `unknown:${name}`, slice: false });
  expect(gpus.find(name)).toBeNull();
});

test.each(slices)("%s is a part of %s", (name, gpu) => {
  expect(gpus.resolve({ name })).toEqual({ gpu, slice: true });
  expect(gpus.find(name)).toBeNull();
});
