import { beforeAll, describe, expect, test } from "vitest";
import { buildProviderTable } from "../../src/domain/provider-table.ts";
import { jurisdictionSet } from "../../src/domain/region.ts";
import { buildRegionTable, regionOfZone } from "../../src/domain/region-table.ts";
import { loadReference, type Reference } from "../../src/reference.ts";

let reference: Reference;
beforeAll(async () => {
  reference = await loadReference();
});

describe("providers", () => {
  test.each([
    ["datacrunch", "verda"],
    ["DataCrunch", "verda"],
    ["lambdalabs", "lambda"],
    ["Lambda Labs", "lambda"],
    ["Vast.ai", "vast"],
    ["thunder", "thundercompute"],
    ["Thunder Compute", "thundercompute"],
    ["crusoecloud", "crusoe"],
    ["io.net", "ionet"],
    ["aws", "aws"],
  ])("%s is %s", (name, id) => {
    expect(reference.providers.canonical(name)).toBe(id);
    expect(reference.providers.find(name)?.id).toBe(id);
  });

  test("an unknown one stays as it is, in lower case", () => {
    expect(reference.providers.canonical(" NewCloud ")).toBe("newcloud");
    expect(reference.providers.find("NewCloud")).toBeNull();
  });

  test.each([
    ["aws", "US"],
    ["ovh", "FR"],
    ["scaleway", "FR"],
    ["verda", "FI"],
    ["nebius", "NL"],
    ["hyperstack", "GB"],
    ["akash", null],
  ])("%s answers to the law of %s", (id, country) => {
    expect(reference.providers.find(id)?.jurisdiction).toBe(country);
  });

  test("every row has a day and no odd address", () => {
    for (const { asOf, sourceUrl } of reference.providers.all) {
      expect(asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(sourceUrl ?? "https://x").toMatch(/^https:\/\/\S+$/);
    }
  });

  const row = { id: "x", name: "X", as_of: "2026-11-20" };
  test.each([
    ["one name for two", [row, { ...row, id: "y", name: "Y", aliases: "x" }]],
    ["a country in words", [{ ...row, jurisdiction: "Finland" }]],
    ["a row without a day", [{ ...row, as_of: "" }]],
  ])("refuses %s", (_what, rows) => expect(() => buildProviderTable(rows)).toThrow(/data\/providers\.csv/));
});

describe("regions", () => {
  test.each([
    ["aws", "us-east-1", "US"],
    ["aws", "us-east-1a", "US"],
    ["aws", "use1-az4", "US"],
    ["aws", "apne1-az2", "JP"],
    ["aws", "apse2-az3", "AU"],
    ["aws", "euc1-az1", "DE"],
    ["aws", "cac1-az1", "CA"],
    ["aws", "us-east-1-lim-1a", null],
    ["aws", "ap-southeast-3", "ID"],
    ["azure", "eastus", "US"],
    ["azure", "SwedenCentral", "SE"],
    ["gcp", "europe-west4-b", "NL"],
    ["gcp", "me-west1", "IL"],
    ["oci", "uk-london-1", "GB"],
    ["vultr", "ewr", "US"],
    ["vultr", "itm", "JP"],
    ["verda", "FIN-03", "FI"],
    ["verda", "ICE-01", "IS"],
    ["runpod", "US-KS-2", "US"],
    ["runpod", "EU-RO-1", "RO"],
    ["runpod", "EUR-IS-1", "IS"],
    ["runpod", "CA-MTL-3", "CA"],
    ["scaleway", "pl-waw-2", "PL"],
    ["hyperstack", "NORWAY-1", "NO"],
    ["lambda", "us-midwest-1", "US"],
    ["cudo", "no-kristiansand-1", "NO"],
    ["seeweb", "it-mi2", "IT"],
    ["aws", "mars-north-1", null],
    ["aws", "", null],
    ["nobody", "us-east-1", null],
  ])("%s %s lies in %s", (provider, region, country) => {
    expect(reference.regions.countryOf(provider, region)).toBe(country);
  });

  test("a zone gives its region", () => {
    expect(regionOfZone("us-west-2c")).toBe("us-west-2");
    expect(regionOfZone("us-central1-a")).toBe("us-central1");
    expect(regionOfZone("afs1-az2")).toBe("af-south-1");
    expect(regionOfZone("ewr")).toBe("ewr");
  });

  test("refuses what is not a country code", () => {
    const rows = [{ provider: "x", region: "y", country: "UK1" }];
    expect(() => buildRegionTable(rows)).toThrow(/data\/regions\.csv/);
  });
});

describe("jurisdictionSet", () => {
  test("EU and EEA are sets, the rest stands for itself", () => {
    expect(new Set(jurisdictionSet("EU")).size).toBe(27);
    expect(new Set(jurisdictionSet("eea")).size).toBe(30);
    expect(jurisdictionSet("EEA")).toEqual(expect.arrayContaining(["IS", "LI", "NO", "FI"]));
    expect(jurisdictionSet("EU")).not.toContain("GB");
    expect(jurisdictionSet(" us ")).toEqual(["US"]);
  });
});
