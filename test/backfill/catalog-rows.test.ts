import { describe, expect, it } from "vitest";
import { readCatalog } from "../../src/backfill/catalog-rows.ts";

const header =
  "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,AvailabilityZone";
const file = (...lines: string[]) => readCatalog(`${[header, ...lines].join("\n")}\n`);
const info = `"{'Gpus': [{'Name': 'L4', 'Count': 4, 'MemoryInfo': {'SizeInMiB': 22888}}], 'TotalGpuMemoryInMiB': 91552}"`;

describe("a catalog file", () => {
  it("gives the rows with GPUs, each with its two prices", () => {
    const { rows, rejects } = file(
      "c3.xlarge,,,4.0,7.5,,0.255,0.106900,us-east-1,use1-az1",
      `g6.12xlarge,L4,4.0,48.0,192.0,${info},4.6016,2.096800,us-east-1,use1-az1`,
    );
    expect(rejects).toEqual([]);
    expect(rows).toEqual([
      {
        instanceType: "g6.12xlarge",
        accelerator: "L4",
        count: 4,
        vcpus: 48,
        memoryGib: 192,
        gpuInfo: info.slice(1, -1),
        price: 4.6016,
        spotPrice: 2.0968,
        region: "us-east-1",
        zone: "use1-az1",
      },
    ]);
  });

  it("is read whatever the order of its columns, and without those it lacks", () => {
    const { rows } = readCatalog(
      [
        "InstanceType,UpstreamCloudId,vCPUs,MemoryGiB,AcceleratorName,AcceleratorCount,GpuInfo,Region,Price,SpotPrice",
        '2B300.60V,2B300.60V,60.0,550.0,B300,2.0,"{""Gpus"": [{""Name"": ""B300"", ""Count"": 2}]}",FIN-03,,4.893',
      ].join("\r\n"),
    );
    expect(rows).toMatchObject([
      {
        instanceType: "2B300.60V",
        count: 2,
        gpuInfo: '{"Gpus": [{"Name": "B300", "Count": 2}]}',
        price: null,
      },
    ]);
    expect(rows[0]).toMatchObject({ spotPrice: 4.893, region: "FIN-03", zone: null });
    const short = readCatalog("AcceleratorName,AcceleratorCount,Price,Region\nH100,8,20,x\n");
    expect(short.rows).toMatchObject([{ instanceType: "", accelerator: "H100", price: 20, spotPrice: null }]);
  });

  it("leaves out TPUs and other accelerators that are no GPUs", () => {
    const names = ["tpu-v5p-128", "Inferentia2", "Trainium", "Gaudi HL-205", "Cloud AI 100"];
    const { rows, rejects } = file(...names.map((name) => `a,${name},1,,,,3.24,0.94,r,r-b`));
    expect({ rows, rejects }).toEqual({ rows: [], rejects: [] });
  });

  it("takes blank, NaN, 0 and eight nines for no price", () => {
    const none = ["", "nan", "NaN", "0", "0.00", "99999999", "None"];
    expect(file(...none.map((price) => `a,H100,1,,,,${price},${price},r,`))).toEqual({
      rows: [],
      rejects: [],
    });
    expect(file("a,H100,1,,,,2.5,99999999,r,").rows).toMatchObject([{ price: 2.5, spotPrice: null }]);
  });

  it.each([
    ["bad_price", "a,H100,1,,,,two dollars,,r,"],
    ["bad_price", "a,H100,1,,,,2,-1,r,"],
    ["bad_price", "a,H100,1,,,,inf,,r,"],
    ["bad_gpu_count", "a,H100,,,,,2,,r,"],
    ["bad_gpu_count", "a,H100,1.5,,,,2,,r,"],
    ["bad_gpu_count", "a,H100,-1,,,,2,,r,"],
    ["broken_row", "a,H100,1"],
    ["broken_row", 'a,H100,1,,,"x,2,,r,'],
  ])("rejects an odd row as %s and keeps the others: %s", (reason, line) => {
    const { rows, rejects } = file("ok,H100,1,,,,2,,r,", line);
    expect(rejects.map((each) => each.reason)).toEqual([reason]);
    expect(rejects[0]!.raw).toContain("a,H100");
    expect(rows.map(({ instanceType }) => instanceType)).toEqual(["ok"]);
  });

  it("that is none is refused as a whole", () => {
    for (const text of ["", "<html>", "a,b\n1,2", "InstanceType,Price\nx,1"])
      expect(() => readCatalog(text)).toThrow(/vms\.csv is not the shape that was expected/);
  });
});

describe("prices that were not multiplied by the count", () => {
  const runpod = (times: (count: number) => number) =>
    [1, 2, 4, 8].map((n) => `${n}x_RTXA6000_SECURE,RTXA6000,${n}.0,${4 * n}.0,48.0,,${0.79 * times(n)},,US,`);

  it("are rejected, but for the single GPU", () => {
    const { rows, rejects } = file(...runpod(() => 1));
    expect(rows.map(({ instanceType }) => instanceType)).toEqual(["1x_RTXA6000_SECURE"]);
    expect(rejects.map(({ reason }) => reason)).toEqual(Array(3).fill("price_not_scaled"));
    expect(JSON.parse(rejects[2]!.raw)).toMatchObject({ instanceType: "8x_RTXA6000_SECURE", price: 0.79 });
  });

  it("are none where the price follows the count", () => {
    expect(file(...runpod((n) => n)).rows).toHaveLength(4);
  });

  it("are not seen in one pair that costs the same by chance", () => {
    const chance = file(
      ...runpod((n) => n),
      "1x_A40_SECURE,A40,1,,,,0.4,,US,",
      "2x_A40_SECURE,A40,2,,,,0.4,,US,",
    );
    expect(chance.rejects).toEqual([]);
    const apart = file(
      "1x_A40_SECURE,A40,1,,,,0.4,,US,",
      "2x_A40_COMMUNITY,A40,2,,,,0.4,,US,",
      "8x_A40_SECURE,A40,8,,,,0.4,,CA,",
    );
    expect(apart.rejects).toEqual([]);
  });
});
