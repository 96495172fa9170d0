import { beforeAll, describe, expect, test } from "vitest";
import type { GpuTable } from "../../src/domain/gpu.ts";
import { loadReference } from "../../src/reference.ts";

let gpus: GpuTable;
beforeAll(async () => {
  gpus = (await loadReference()).gpus;
});

type Case = readonly [name: string, vramGib: number | null, instanceType: string | null, gpu: string];

const unknown = (name: string, vramGib: number | null = null): Case => [
  name,
  vramGib,
  null,
  `unknown:${name}`,
];

const venues: Readonly<Record<string, readonly Case[]>> = {
  vast: [
    ["A100 PCIE", 40, null, "a100-pcie-40gb"],
    ["A100 PCIE", 80, null, "a100-pcie-80gb"],
    ["A100 SXM4", 40, null, "a100-sxm-40gb"],
    ["A100 SXM4", 80, null, "a100-sxm-80gb"],
    ["A100 SXM4", null, null, "a100"],
    ["H100 SXM", 79.65, null, "h100-sxm"],
    ["H100 PCIE", 79.65, null, "h100-pcie"],
    ["H100 NVL", 93.6, null, "h100-nvl"],
    ["H200", 140.4, null, "h200"],
    ["H200 NVL", 140.4, null, "h200-nvl"],
    ["L40S", 44.99, null, "l40s"],
    ["L40S", 47.99, null, "l40s"],
    ["RTX 4090", 23.99, null, "rtx-4090"],
    ["RTX 4090", 22.49, null, "rtx-4090"],
    unknown("RTX 4090", 47.99),
    ["RTX 4090D", 24, null, "rtx-4090d"],
    ["RTX 4090 D", 24, null, "rtx-4090d"],
    ["Tesla V100", 16, null, "v100"],
    ["Tesla V100", 32, null, "v100-sxm2-32gb"],
    ["RTX 6000Ada", 48, null, "rtx-6000-ada"],
    ["Q RTX 8000", 48, null, "quadro-rtx-8000"],
    ["RTX PRO 6000 S", 95.6, null, "rtx-pro-6000-blackwell-server"],
    ["RTX PRO 6000 WS", 95.6, null, "rtx-pro-6000-blackwell-workstation"],
    ["RTX_4090", 24, null, "rtx-4090"],
  ],
  runpod: [
    ["H100 SXM", 80, "NVIDIA H100 80GB HBM3", "h100-sxm"],
    ["H200 SXM", 141, "NVIDIA H200", "h200-sxm"],
    ["NVIDIA H200 NVL", 143, "NVIDIA H200 NVL", "h200-nvl"],
    ["MI300X", 192, "AMD Instinct MI300X OAM", "mi300x"],
    ["B300", 288, "NVIDIA B300 SXM6 AC", "b300"],
    ["A100 PCIe", 80, "NVIDIA A100 80GB PCIe", "a100-pcie-80gb"],
    ["A100 SXM", 80, "NVIDIA A100-SXM4-80GB", "a100-sxm-80gb"],
    ["Tesla V100", 16, "Tesla V100-PCIE-16GB", "v100-pcie-16gb"],
    ["V100 SXM2", 16, "Tesla V100-SXM2-16GB", "v100-sxm2-16gb"],
    ["V100 SXM2 32GB", 32, "Tesla V100-SXM2-32GB", "v100-sxm2-32gb"],
    ["RTX A2000", 6, "NVIDIA RTX A2000", "rtx-a2000-6gb"],
    ["RTX 4000 Ada", 20, "NVIDIA RTX 4000 Ada Generation", "rtx-4000-ada"],
    ["RTX 4000 Ada SFF", 20, "NVIDIA RTX 4000 SFF Ada Generation", "rtx-4000-sff-ada"],
    ["RTX PRO 6000 MaxQ", 96, null, "rtx-pro-6000-blackwell-max-q"],
    ["RTX PRO 6000", 96, "NVIDIA RTX PRO 6000 Blackwell Server Edition", "rtx-pro-6000-blackwell-server"],
    ["RTX PRO 6000 WK", 96, null, "rtx-pro-6000-blackwell-workstation"],
    ["RTX 4080 SUPER", 16, "NVIDIA GeForce RTX 4080 SUPER", "rtx-4080-super"],
    ["RTX 3080 Ti", 12, "NVIDIA GeForce RTX 3080 Ti", "rtx-3080-ti"],
  ],
  clouds: [
    ["A100", 40, "p4d.24xlarge", "a100-sxm-40gb"],
    ["A100-80GB", 80, "p4de.24xlarge", "a100-sxm-80gb"],
    ["A100-80GB", null, "p4de.24xlarge", "a100-sxm-80gb"],
    ["A10G", 24, "g5.48xlarge", "a10g"],
    ["H100", 80, "p5.48xlarge", "h100-sxm"],
    ["L4", 22.35, "gr6.4xlarge", "l4"],
    ["L4", 89.41, "g6.12xlarge", "l4"],
    ["L4", 178.81, "g6.48xlarge", "l4"],
    ["K520", 4, "g2.2xlarge", "grid-k520"],
    ["K80", 12, "p2.16xlarge", "k80"],
    ["M60", 8, "g3s.xlarge", "m60"],
    ["Radeon Pro V520", 8, "g4ad.4xlarge", "radeon-pro-v520"],
    ["T4", 16, "g4dn.metal", "t4"],
    ["T4g", 16, "g5g.16xlarge", "t4g"],
    ["V100", 16, "p3.8xlarge", "v100-sxm2-16gb"],
    ["V100-32GB", 32, "p3dn.24xlarge", "v100-sxm2-32gb"],
    ["", null, "g6e.xlarge", "l40s"],
    ["", null, "p5en.48xlarge", "h200-sxm"],
    ["", null, "inf2.8xlarge", "inferentia2"],
    ["a100", null, "a2-megagpu-16g", "a100-sxm-40gb"],
    ["a100-80gb", null, "a2-ultragpu-4g", "a100-sxm-80gb"],
    ["h100-80gb", null, "a3-highgpu-2g", "h100-sxm"],
    ["h100-80gb-mega", null, "a3-megagpu-8g", "h100-sxm"],
    ["l4", null, "g2-standard-96", "l4"],
    ["ND96isrH100v5", null, "Standard_ND96isr_H100_v5", "h100-sxm"],
    ["ND96asr_A100_v4 Spot", null, "Standard_ND96asr_v4", "a100-sxm-40gb"],
    ["ND40rs v2 Spot", null, "Standard_ND40rs_v2", "v100-sxm2-32gb"],
    ["", null, "Standard_NC80adis_H100_v5", "h100-nvl"],
    ["", null, "Standard_NC16as_T4_v3", "t4"],
    ["Compute - GPU - L40S", null, "B109479", "l40s"],
    ["OCI - Compute - GPU - H100T", null, null, "h100-sxm"],
    ["Oracle Cloud Infrastructure - Compute - GPU - H100", null, null, "h100"],
    ["Oracle Cloud Infrastructure - Compute - GPU - H100", null, "B98415", "h100-sxm"],
    ["OCI- Compute - GPU - MI355X", null, null, "mi355x"],
    ["Compute - GPU Standard - V2", null, null, "v100-sxm2-16gb"],
    ["Compute - GPU - A100 - v2", null, "B95907", "a100-sxm-80gb"],
    ["Nvidia Tesla A100 GPU running in Americas", null, null, "a100"],
    ["NVIDIA_A100", 80, "vcg-a100-12c-120g-80vram", "a100-80gb"],
    ["mi300x", null, "vbm-256c-2048gb-8-mi300x-gpu", "mi300x"],
    ["h100", null, "vbm-112c-2048gb-8-h100-gpu", "h100"],
    ["l40", null, "vbm-64c-2048gb-8-l40-gpu", "l40s"],
  ],
  others: [
    ["H100 SXM5 80GB", 80, "1H100.80S.30V", "h100-sxm"],
    ["RTX A6000 48GB", 48, "2A6000.20V", "rtx-a6000"],
    ["Tesla V100 16GB", 16, "1V100.6V", "v100-sxm2-16gb"],
    ["8x H100 SXM5 80GB", null, null, "h100-sxm"],
    ["a100 SXM4", 80, null, "a100-sxm-80gb"],
    ["pro6000mq", 96, null, "rtx-pro-6000-blackwell-max-q"],
    ["rtx5090m", 24, null, "rtx-5090-laptop"],
    ["v100 SXM2", 16, null, "v100-sxm2-16gb"],
    ["v100 PCIe", 32, null, "v100-pcie-32gb"],
    ["A100-SXM4-80GB", 80, null, "a100-sxm-80gb"],
    ["RTX 6000 Ada Generation", null, null, "rtx-6000-ada"],
    ["NVIDIA H100 80GB HBM3", null, null, "h100-sxm"],
    ["A100_80GB", null, null, "a100-80gb"],
    ["H200_141GB", null, null, "h200"],
    ["GH200_96GB", null, null, "gh200-96gb"],
    ["B200_180GB", null, null, "b200"],
    ["A100-80G-PCIe", null, null, "a100-pcie-80gb"],
    ["L40-spot", null, null, "l40"],
    ["L40s 48GB", null, null, "l40s"],
    ["RTX-PRO6000", 96, null, "rtx-pro-6000"],
    ["h100-sxm5-80gb", null, null, "h100-sxm"],
    ["geforcertx4090-pcie-24gb", null, null, "rtx-4090"],
    ["A100_80G", 80, "gpu_1x_a100", "a100-80gb"],
    ["nvidia_h100", 80, "gpu-h100x8-640gb", "h100-sxm"],
    ["a100-pcie-80", 80, null, "a100-pcie-80gb"],
    ["rtx-pro-6000-wk", 96, null, "rtx-pro-6000-blackwell-workstation"],
  ],
  boundaries: [
    ["GB200", 186, null, "gb200"],
    unknown("GH100"),
    unknown("XB200"),
    ["L4", 24, null, "l4"],
    ["L40", 48, null, "l40"],
    ["A10", 24, null, "a10"],
    ["A100", null, null, "a100"],
    unknown("A1000"),
    unknown("T400"),
    unknown("RTX 4090 Ti"),
    unknown("RTX 4090 Laptop"),
    unknown("RTX 4000"),
    unknown("RTX 6000 Blackwell"),
    unknown("OCI - NVIDIA AI Enterprise - H100"),
    unknown("M2 Ultra"),
    unknown("Gaudi 4"),
    unknown("H100 OAM"),
    unknown("H100 NVL", 80),
    unknown("RTX 3080", 20),
    unknown("RTX PRO 6000", 48),
    ["RTX 6000", null, null, "quadro-rtx-6000"],
    ["RTX 6000", 48, null, "rtx-6000-ada"],
    ["RTX A6000", 48, null, "rtx-a6000"],
    ["RTX PRO 6000 Blackwell", null, null, "rtx-pro-6000"],
    ["SXM5 H100", null, null, "h100-sxm"],
    ["H100", 94, null, "h100-nvl"],
    ["H100 PCIe", 94, null, "h100-nvl"],
    ["H100", 80, null, "h100"],
    ["8xH100", null, null, "h100"],
    ["L40S", 0, null, "l40s"],
  ],
  printed: [
    ...[179, 180, 183, 192].map((gib): Case => ["B200", gib, null, "b200"]),
    ...[262, 268, 269, 270, 275, 288].map((gib): Case => ["B300", gib, null, "b300"]),
    ...[22, 22.35, 24].map((gib): Case => ["L4", gib, null, "l4"]),
    ...[140, 141, 143].map((gib): Case => ["H200 SXM", gib, null, "h200-sxm"]),
    ...[256, 288].map((gib): Case => ["MI325X", gib, null, "mi325x"]),
    unknown("GH200", 144),
  ],
};

describe.each(Object.entries(venues))("names of %s", (_venue, cases) => {
  test.each(cases)("%s with %s GiB as %s is %s", (name, vramGib, instanceType, gpu) => {
    expect(gpus.resolve({ name, vramGib, instanceType })).toEqual({ gpu, slice: false });
  });
});

describe("parts of a card", () => {
  test.each([
    ["NVIDIA RTX PRO 6000 Blackwell Server Edition MIG 1g.24gb", 24, null, "rtx-pro-6000-blackwell-server"],
    ["PRO 6000 MIG 48GB", 48, null, "rtx-pro-6000"],
    ["H100 MIG 1g.10gb", 10, null, "h100"],
    ["A100 80GB 3g.40gb", 40, null, "a100-80gb"],
    ["NVIDIA_A100", 80, "vcg-a100-1c-6g-4vram", "a100-80gb"],
    ["A10", 4, "Standard_NV6ads_A10_v5", "a10"],
    ["1/6 A10", null, null, "a10"],
    ["L4 slice", 3, null, "l4"],
    ["", null, "g6f.xlarge", "l4"],
    ["MIG 1g.5gb", null, null, "unknown:MIG 1g.5gb"],
  ] as const)("%s with %s GiB as %s is a part of %s", (name, vramGib, instanceType, gpu) => {
    expect(gpus.resolve({ name, vramGib, instanceType })).toEqual({ gpu, slice: true });
  });
});

test("a name is resolved within tens of microseconds and then remembered", () => {
  const started = performance.now();
  for (let i = 0; i < 2000; i++) gpus.resolve({ name: `NVIDIA H100 ${i % 7}-${i} 80GB HBM3`, vramGib: i });
  expect((performance.now() - started) / 2000).toBeLessThan(0.5);
  const query = { name: "NVIDIA H100 80GB HBM3" };
  expect(gpus.resolve(query)).toBe(gpus.resolve({ ...query }));
});
