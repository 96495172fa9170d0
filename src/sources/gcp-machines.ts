/** A machine type with GPUs, in parts as the billing catalog prices them. */
export interface GcpMachine {
  readonly type: string;
  readonly gpus: number;
  readonly vcpus: number;
  readonly ramGib: number;
}

/** A family whose cores and memory have prices of their own. */
export interface GcpFamily {
  /** As SKU descriptions begin, for example "A2 Instance Core". */
  readonly name: string;
  /** What the description of the GPU's SKU holds. */
  readonly gpu: RegExp;
  readonly gpuRaw: string;
  readonly machines: readonly GcpMachine[];
}

const machine = (type: string, gpus: number, vcpus: number, ramGib: number): GcpMachine => ({
  type,
  gpus,
  vcpus,
  ramGib,
});

/**
 * Accelerator-optimised machines (docs of Compute Engine, "GPU machine types"). Local SSD that belongs to a machine is
 * priced apart and left out, as it can be for a2-highgpu; the types that always have it say so in the unit.
 */
export const gcpFamilies: readonly GcpFamily[] = [
  {
    name: "A2",
    gpu: /A100(?! 80)/,
    gpuRaw: "A100 40GB",
    machines: [
      machine("a2-highgpu-1g", 1, 12, 85),
      machine("a2-highgpu-2g", 2, 24, 170),
      machine("a2-highgpu-4g", 4, 48, 340),
      machine("a2-highgpu-8g", 8, 96, 680),
      machine("a2-megagpu-16g", 16, 96, 1360),
    ],
  },
  {
    name: "A2",
    gpu: /A100 80GB/,
    gpuRaw: "A100 80GB",
    machines: [
      machine("a2-ultragpu-1g", 1, 12, 170),
      machine("a2-ultragpu-2g", 2, 24, 340),
      machine("a2-ultragpu-4g", 4, 48, 680),
      machine("a2-ultragpu-8g", 8, 96, 1360),
    ],
  },
  {
    name: "A3",
    gpu: /H100 80GB(?!.*(?:Mega|Plus))/i,
    gpuRaw: "H100 80GB",
    machines: [
      machine("a3-highgpu-1g", 1, 26, 234),
      machine("a3-highgpu-2g", 2, 52, 468),
      machine("a3-highgpu-4g", 4, 104, 936),
      machine("a3-highgpu-8g", 8, 208, 1872),
    ],
  },
  {
    name: "A3Plus",
    gpu: /H100 80GB (?:Mega|Plus)/i,
    gpuRaw: "H100 80GB Mega",
    machines: [machine("a3-megagpu-8g", 8, 208, 1872)],
  },
  {
    name: "A3Ultra",
    gpu: /H200/,
    gpuRaw: "H200",
    machines: [machine("a3-ultragpu-8g", 8, 224, 2952)],
  },
  { name: "A4", gpu: /B200/, gpuRaw: "B200", machines: [machine("a4-highgpu-8g", 8, 224, 3968)] },
  {
    name: "G2",
    gpu: /L4\b/,
    gpuRaw: "L4",
    machines: [
      machine("g2-standard-4", 1, 4, 16),
      machine("g2-standard-8", 1, 8, 32),
      machine("g2-standard-12", 1, 12, 48),
      machine("g2-standard-16", 1, 16, 64),
      machine("g2-standard-24", 2, 24, 96),
      machine("g2-standard-32", 1, 32, 128),
      machine("g2-standard-48", 4, 48, 192),
      machine("g2-standard-96", 8, 96, 384),
    ],
  },
];

/** Cards that are attached to a machine of one's choice: their price is without a host. */
export const attachable: readonly (readonly [pattern: RegExp, gpuRaw: string])[] = [
  [/Tesla T4/, "Tesla T4"],
  [/Tesla V100/, "Tesla V100"],
  [/Tesla P100/, "Tesla P100"],
  [/Tesla P4\b/, "Tesla P4"],
];
