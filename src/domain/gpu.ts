export const gpuClasses = ["consumer", "workstation", "datacentre"] as const;
/** What a card is bought for; a launch in one class says nothing about the others. */
export type GpuClass = (typeof gpuClasses)[number];

/** One row of data/gpus.csv. Numbers are null where no source tells them. Rates are dense (no sparsity). */
export interface Gpu {
  /** Lower-case slug of the name, for example `h100-sxm`. */
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string | null;
  /** Null for a family. */
  readonly class: GpuClass | null;
  /** Month of announcement, YYYY-MM. */
  readonly launch: string | null;
  readonly vramGib: number | null;
  readonly memoryBandwidthGbps: number | null;
  readonly fp16Tflops: number | null;
  readonly fp8Tflops: number | null;
  readonly tdpW: number | null;
  readonly formFactor: string | null;
  readonly interconnect: string | null;
  readonly interconnectGbps: number | null;
  readonly aliases: readonly string[];
  readonly notes: string | null;
  readonly source: string;
  /** Ids of a family's members; empty for a card. */
  readonly members: readonly string[];
}

/** What a venue tells of the machine beside names, and what decides between cards of one name. */
export interface GpuEvidence {
  /** Power limit of one GPU, watts. */
  readonly powerW?: number | null;
  /** Whether NVLink was seen between its GPUs; null when nobody looked. */
  readonly nvlink?: boolean | null;
}

export interface GpuQuery {
  readonly instanceType?: string | null;
  readonly name: string;
  readonly vramGib?: number | null;
  readonly evidence?: GpuEvidence | null;
}

export interface GpuMatch {
  /** GPU id, family id, or `unknown:<raw name>`. */
  readonly gpu: string;
  /** The name says that it is a part of a card (MIG profile, fraction). */
  readonly slice: boolean;
}

export interface GpuTable {
  readonly all: readonly Gpu[];
  readonly byId: ReadonlyMap<string, Gpu>;
  /**
   * Instance type first, then name with memory within 7 % and evidence; two candidates, or evidence that contradicts
   * itself or the name, give the family, never a guess.
   */
  readonly resolve: (query: GpuQuery) => GpuMatch;
  /** The GPU or family a person means by an id, name or alias; null when none. */
  readonly find: (text: string) => Gpu | null;
  /** Ids that look like the text, nearest first, at most five. */
  readonly suggest: (text: string) => readonly string[];
  /** The id itself and, for a family, its members: what a query for it covers. */
  readonly membersOf: (id: string) => readonly string[];
}
