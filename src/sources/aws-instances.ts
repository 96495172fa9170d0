/** GPUs by size within a family; below 1 is a part of one card. */
type Sizes = Readonly<Record<string, number>>;

const singles: Sizes = { xlarge: 1, "2xlarge": 1, "4xlarge": 1, "8xlarge": 1, "16xlarge": 1 };
const upToEight: Sizes = { ...singles, "12xlarge": 4, "24xlarge": 4, "48xlarge": 8 };
const oneTwoFour: Sizes = { "2xlarge": 1, "4xlarge": 1, "8xlarge": 1, "12xlarge": 2, "24xlarge": 4 };

const families: Readonly<Record<string, Sizes>> = {
  p2: { xlarge: 1, "8xlarge": 8, "16xlarge": 16 },
  p3: { "2xlarge": 1, "8xlarge": 4, "16xlarge": 8 },
  p3dn: { "24xlarge": 8 },
  p4d: { "24xlarge": 8 },
  p4de: { "24xlarge": 8 },
  p5: { "4xlarge": 1, "48xlarge": 8 },
  p5e: { "48xlarge": 8 },
  p5en: { "48xlarge": 8 },
  "p6-b200": { "48xlarge": 8, "metal-48xl": 8 },
  "p6-b300": { "48xlarge": 8 },
  "p6e-gb200": { "36xlarge": 4 },
  "p6e-gb300": { "36xlarge": 4 },
  "p6e-gb300r": { "36xlarge": 4 },
  g2: { "2xlarge": 1, "8xlarge": 4 },
  g3: { "4xlarge": 1, "8xlarge": 2, "16xlarge": 4 },
  g3s: { xlarge: 1 },
  g4ad: { xlarge: 1, "2xlarge": 1, "4xlarge": 1, "8xlarge": 2, "16xlarge": 4 },
  g4dn: { ...singles, "12xlarge": 4, metal: 8 },
  g5: upToEight,
  g5g: { xlarge: 1, "2xlarge": 1, "4xlarge": 1, "8xlarge": 1, "16xlarge": 2, metal: 2 },
  g6: upToEight,
  g6e: upToEight,
  g6f: { large: 0.125, xlarge: 0.125, "2xlarge": 0.25, "4xlarge": 0.5 },
  g7: { ...oneTwoFour, "48xlarge": 8 },
  g7e: { ...oneTwoFour, "48xlarge": 8 },
  gr6: { "4xlarge": 1, "8xlarge": 1 },
  gr6f: { "4xlarge": 0.5 },
};

const gpusOf: ReadonlyMap<string, number> = new Map(
  Object.entries(families).flatMap(([family, sizes]) =>
    Object.entries(sizes).map(([size, gpus]) => [`${family}.${size}`, gpus] as const),
  ),
);

/** Every instance type with GPUs that is known here. */
export const awsGpuTypes: readonly string[] = [...gpusOf.keys()];

/** GPUs of an instance type, below 1 for a part of one card; null for a type that is not known. */
export const awsGpus = (type: string): number | null => gpusOf.get(type) ?? null;

/** Whether the type is of a family with GPUs, also one that came after this table (trn and inf have none). */
export const isAwsGpuType = (type: string): boolean => /^(?:p|gr?)\d[a-z\d-]*\./.test(type);

/** A part of a card is one GPU of that share. */
export const cardsOf = (gpus: number): { readonly gpuCount: number; readonly gpuShare: number } =>
  gpus < 1 ? { gpuCount: 1, gpuShare: gpus } : { gpuCount: gpus, gpuShare: 1 };

/** Regions that every account has. */
const open = [
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"],
  ...["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1"],
  ...["ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2"],
];

/** Regions that an account must enable before they answer it. */
export const awsOptInRegions: readonly string[] = [
  ...["af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4"],
  ...["ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1"],
  ...["eu-south-2", "il-central-1", "me-central-1", "me-south-1", "mx-central-1"],
];

/** The regions to ask, those of every account first; the government's and China's are markets of their own. */
export const awsRegions: readonly string[] = [...open, ...awsOptInRegions];
