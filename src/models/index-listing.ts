/** One machine (or one listing where the machine is not named) of a cell. */
export interface IndexListing {
  readonly id: string;
  readonly provider: string;
  readonly usdPerGpuHour: number;
  /** GPUs of its package, which say nothing of how many there are. */
  readonly gpus: number;
  /** Free GPUs that the provider tells; null, the default, where it does not. */
  readonly freeGpus?: number | null;
  /** The provider's own machine id; null where it names none. */
  readonly machine: string | null;
  /** What it is of its region and type, 0..1: a half where two listings of the provider share them. Default 1. */
  readonly part?: number;
}

/** GPUs behind a listing: those told free, else its package. */
export const gpusBehindListing = ({ freeGpus = null, gpus }: IndexListing): number => freeGpus ?? gpus;
