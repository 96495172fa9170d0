import type { Instant } from "./time.ts";

/** What a provider says it has of a GPU in a place and how much of that is rented, before names are resolved. */
export interface FleetDraft {
  readonly provider: string;
  /** The GPU as the venue writes it. */
  readonly gpuRaw: string;
  /** Memory of one GPU in GiB as told. */
  readonly vramGib?: number | null;
  readonly region?: string | null;
  /** GPUs in all, rented or not. */
  readonly totalGpus: number;
  /** GPUs rented out now; 0 is a number here, not "unknown". */
  readonly rentedGpus: number;
}

/** A fleet with its GPU and provider resolved. `rentedGpus` lies in 0..totalGpus. */
export interface Fleet {
  readonly provider: string;
  readonly gpuRaw: string;
  readonly gpu: string;
  readonly region: string | null;
  readonly totalGpus: number;
  readonly rentedGpus: number;
  readonly observedAt: Instant;
}
