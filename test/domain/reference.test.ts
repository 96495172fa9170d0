import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { loadReference, parseCsv, type Reference, readData } from "../../src/reference.ts";

const dataDir = new URL("../../data/", import.meta.url);
const countries = new Set(
  `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA
  CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA
  GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
  KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS
  MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS
  RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW
  TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`.split(/\s+/),
);

let reference: Reference;
beforeAll(async () => {
  reference = await loadReference();
});

const table = async (file: string): Promise<Record<string, string>[]> => parseCsv(await readData(file));

test("every committed table is a CSV with one header and equal rows", async () => {
  const files = (await readdir(dataDir)).filter((file) => file.endsWith(".csv"));
  expect(files).toEqual(
    expect.arrayContaining(["gpus.csv", "list-prices.csv", "providers.csv", "regions.csv"]),
  );
  for (const file of files) {
    const rows = await table(file);
    expect(rows.length, file).toBeGreaterThan(0);
    for (const column of Object.keys(rows[0]!)) expect(column, file).toMatch(/^[a-z][a-z0-9_]*$/);
  }
});

test("no file names the machine it was made on", async () => {
  for (const file of await readdir(dataDir))
    expect(await readData(file), file).not.toMatch(/\/(work|home|tmp|Users)\//);
});

test("countries of regions and providers are those of ISO 3166-1", async () => {
  for (const { country, provider } of await table("regions.csv")) {
    expect(countries, `${provider} ${country}`).toContain(country);
    expect(reference.providers.find(provider!)?.id).toBe(provider);
  }
  for (const { id, jurisdiction } of reference.providers.all) {
    if (jurisdiction !== null) expect(countries, id).toContain(jurisdiction);
  }
});

test("no region is listed twice", async () => {
  const keys = (await table("regions.csv")).map(
    ({ provider, region }) => `${provider} ${region?.toLowerCase()}`,
  );
  expect(new Set(keys).size).toBe(keys.length);
});

test("every GPU of the table has a price band", async () => {
  const { gpus, bands } = await loadReference();
  expect(gpus.all.map(({ id }) => id).filter((id) => !bands.has(id))).toEqual([]);
  expect(bands.of("rtx-2000-ada")).toEqual({ low: 0.03, high: 2 });
  expect(bands.has("unknown:XPU 9")).toBe(false);
});

describe("data/list-prices.csv", () => {
  let rows: Record<string, string>[];
  beforeAll(async () => {
    rows = await table("list-prices.csv");
  });

  test("every row is of a known GPU and a known provider, at a plausible price", () => {
    expect(rows.length).toBeGreaterThan(150);
    for (const row of rows) {
      const { gpu } = reference.gpus.resolve({ name: row.gpu_name!, vramGib: Number(row.vram_gib) });
      expect(reference.gpus.byId.has(gpu), `${row.provider} ${row.gpu_name} ${row.vram_gib}`).toBe(true);
      expect(reference.providers.find(row.provider!)?.id).toBe(row.provider);
      expect(Number(row.usd_per_gpu_hour)).toBeGreaterThan(0.02);
      expect(Number(row.usd_per_gpu_hour)).toBeLessThan(40);
      expect(row.source_url).toMatch(/^https:\/\//);
      expect(row.observed_at).toBe("2026-08-07T06:35:52Z");
    }
  });

  test("no row is twice, none is serverless, resold or of a venue that bars collection", () => {
    const keys = rows.map(({ provider, gpu_name, kind, min_gpus }) =>
      [provider, gpu_name, kind, min_gpus].join("|"),
    );
    expect(new Set(keys).size).toBe(keys.length);
    const kinds = new Set(rows.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(["community", "on-demand", "spot"]);
    const barred = ["runpod", "crusoe", "vast", "shadeform", "spheron", "primeintellect"];
    for (const { provider } of rows) expect(barred).not.toContain(provider);
  });

  test("prices without the host are marked", () => {
    const gpuOnly = new Set(rows.filter((row) => row.gpu_only === "true").map(({ provider }) => provider));
    expect([...gpuOnly].sort()).toEqual(["gcp", "tensordock"]);
  });
});

describe("readData", () => {
  test.each(["../package.json", "a/b.csv", "a\\b.csv", "", "..", "/etc/passwd"])(
    'refuses "%s"',
    async (file) => {
      await expect(readData(file)).rejects.toMatchObject({ code: "bad_input" });
    },
  );

  test("says which file is missing", async () => {
    await expect(readData("missing.csv")).rejects.toThrow(/data\/missing\.csv/);
  });

  test("reads another directory, as path or URL", async () => {
    const dir = await mkdtemp(join(tmpdir(), "gputape-data-"));
    await writeFile(join(dir, "gpus.csv"), "id,name,vendor,source,aliases\nx1,X1,V,test,Xone\n");
    await writeFile(join(dir, "providers.csv"), "id,name,as_of\np,P,2026-11-20\n");
    await writeFile(join(dir, "regions.csv"), "provider,region,country\np,r,FI\n");
    await writeFile(
      join(dir, "price-bands.csv"),
      "gpu,low_usd_per_gpu_hour,high_usd_per_gpu_hour,basis\nx1,1,2,test\n",
    );
    await writeFile(
      join(dir, "economics.csv"),
      "gpu,capex_usd,years,opex_usd_per_gpu_hour,kilowatts,decay_per_year,basis,source,as_of\nx1,9,5,,1,,b,s,2026\n",
    );
    await writeFile(
      join(dir, "power.csv"),
      "country,usd_per_kwh,period,basis,source,as_of\nFI,0.1,2024,b,s,2026\n",
    );
    for (const place of [dir, pathToFileURL(dir)]) {
      const { gpus, providers, regions, bands, economics, power } = await loadReference(place);
      expect(gpus.find("xone")?.id).toBe("x1");
      expect(providers.canonical("P")).toBe("p");
      expect(regions.countryOf("p", "R")).toBe("FI");
      expect(bands.of("x1")).toEqual({ low: 1, high: 2 });
      expect(economics.of("x1")).toMatchObject({ capexUsd: 9, decayPerYear: null });
      expect(power.of("fi")?.usdPerKilowattHour).toBe(0.1);
    }
  });
});
