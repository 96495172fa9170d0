/** The GPUs of an Azure instance type, which the price list does not tell. */
export interface AzureGpus {
  readonly gpu: string;
  readonly vramGib: number;
  readonly count: number;
  /** Below 1 where the type gets a part of one card. */
  readonly share: number;
  readonly confidential: boolean;
}

interface Series {
  /** Matches armSkuName without "Standard_"; the first group is the number of vCPUs. */
  readonly pattern: RegExp;
  readonly gpu: string;
  readonly vramGib: number;
  readonly vcpusPerGpu: number;
}

/** Sizes of learn.microsoft.com/azure/virtual-machines/sizes/gpu-accelerated, one row a series. */
const series: readonly Series[] = [
  { pattern: /^ND(128)isr_GB300_v6$/, gpu: "GB300", vramGib: 288, vcpusPerGpu: 32 },
  { pattern: /^ND(128)isr(?:_NDR)?_GB200_v6$/, gpu: "GB200", vramGib: 186, vcpusPerGpu: 32 },
  { pattern: /^ND(96)isr?_MI300X_v5$/, gpu: "MI300X", vramGib: 192, vcpusPerGpu: 12 },
  { pattern: /^ND(96)isr?_H200_v5$/, gpu: "H200 SXM", vramGib: 141, vcpusPerGpu: 12 },
  { pattern: /^ND(96)isr?f?_H100_v5$/, gpu: "H100 SXM", vramGib: 80, vcpusPerGpu: 12 },
  { pattern: /^NCC?(40|80)adi?s_H100_v5$/, gpu: "H100 NVL", vramGib: 94, vcpusPerGpu: 40 },
  { pattern: /^ND(96)amsr?_A100_v4$/, gpu: "A100 SXM 80GB", vramGib: 80, vcpusPerGpu: 12 },
  { pattern: /^ND(96)asr?(?:_A100)?_v4$/, gpu: "A100 SXM 40GB", vramGib: 40, vcpusPerGpu: 12 },
  { pattern: /^NCC?(24|48|96)ads_A100_v4$/, gpu: "A100 PCIe 80GB", vramGib: 80, vcpusPerGpu: 24 },
  { pattern: /^NV(6|12|18|36|72)adm?s_A10_v5$/, gpu: "A10", vramGib: 24, vcpusPerGpu: 36 },
  { pattern: /^NC(64)as_T4_v3$/, gpu: "T4", vramGib: 16, vcpusPerGpu: 16 },
  { pattern: /^NC(?:4|8|(16))as_T4_v3$/, gpu: "T4", vramGib: 16, vcpusPerGpu: 16 },
  { pattern: /^ND(40)rs_v2$/, gpu: "V100 SXM2 32GB", vramGib: 32, vcpusPerGpu: 5 },
  { pattern: /^NC(6|12|24)r?s_v3$/, gpu: "V100 PCIe 16GB", vramGib: 16, vcpusPerGpu: 6 },
  { pattern: /^NV(12|24|48)s_v3$/, gpu: "M60", vramGib: 8, vcpusPerGpu: 12 },
  { pattern: /^NV(4|8|16|32)as_v4$/, gpu: "MI25", vramGib: 16, vcpusPerGpu: 32 },
  { pattern: /^NG(8|16|32)adm?s_V620_v1$/, gpu: "Radeon Pro V620", vramGib: 32, vcpusPerGpu: 32 },
];

/** Null for a type that the table does not know. */
export const azureGpus = (armSkuName: string): AzureGpus | null => {
  const type = armSkuName.replace(/^Standard_/, "");
  for (const { pattern, gpu, vramGib, vcpusPerGpu } of series) {
    const match = pattern.exec(type);
    if (match === null) continue;
    const gpus = Number(match[1] ?? vcpusPerGpu) / vcpusPerGpu;
    const confidential = type.startsWith("NCC");
    return { gpu, vramGib, count: Math.max(1, gpus), share: Math.min(1, gpus), confidential };
  }
  return null;
};

/** NP is FPGA; the N series is otherwise GPU. */
export const isGpuSeries = (armSkuName: string): boolean => /^Standard_N[CDGV]/.test(armSkuName);

/** Public regions that have or had N-series machines; a region without any answers with no rows. */
export const azureRegions: readonly string[] = [
  "eastus eastus2 centralus northcentralus southcentralus westcentralus westus westus2 westus3",
  "canadacentral canadaeast mexicocentral brazilsouth chilecentral",
  "northeurope westeurope uksouth ukwest francecentral germanywestcentral italynorth norwayeast polandcentral",
  "spaincentral swedencentral switzerlandnorth austriaeast belgiumcentral",
  "uaenorth qatarcentral israelcentral southafricanorth",
  "centralindia southindia westindia jioindiawest jioindiacentral eastasia southeastasia indonesiacentral",
  "malaysiawest japaneast japanwest koreacentral koreasouth australiaeast australiasoutheast newzealandnorth",
].flatMap((line) => line.split(" "));
