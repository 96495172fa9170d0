import { describe, expect, it } from "vitest";
import { archiveBeside, type Environment, maskConfig, readConfig, settings } from "../src/config.ts";
import { AppError } from "../src/errors.ts";

const digest = "0123456789abcdef".repeat(4);

describe("readConfig", () => {
  it("has a default for everything, and freezes it", () => {
    const config = readConfig({});
    expect(config).toEqual({
      port: 8080,
      host: "127.0.0.1",
      db: "gputape-data/tape.duckdb",
      archive: "gputape-data/tape-archive",
      logLevel: "info",
      enable: [],
      disable: [],
      collect: true,
      sourceUrls: {},
      sourceKeys: {},
      allowedHosts: [],
      keys: [],
      memoryLimit: expect.stringMatching(/^\d+MB$/),
      threads: 2,
      httpAttemptMs: 20_000,
      httpTotalMs: 60_000,
    });
    expect(Object.isFrozen(config)).toBe(true);
    expect(readConfig({ GPUTAPE_PORT: "", GPUTAPE_HOST: "  ", GPUTAPE_KEYS: undefined })).toEqual(config);
  });

  it("reads every setting", () => {
    const config = readConfig(
      {
        GPUTAPE_PORT: "0",
        GPUTAPE_HOST: " 0.0.0.0 ",
        GPUTAPE_DB: "x/y.duckdb",
        GPUTAPE_LOG_LEVEL: "debug",
        GPUTAPE_ENABLE: "vast, runpod,,",
        GPUTAPE_DISABLE: "ecb",
        GPUTAPE_COLLECT: "false",
        GPUTAPE_SOURCE_URL_LIST_PRICES: " http://127.0.0.1:9/base// ",
        GPUTAPE_ALLOWED_HOSTS: "tape.lan",
        GPUTAPE_KEYS: `me:read+quote:${digest},you:read:${digest}`,
        GPUTAPE_THREADS: "4",
        GPUTAPE_HTTP_ATTEMPT_MS: "5",
        VULTR_API_KEY: " k ",
        OTHER: "not asked for",
        EMPTY: " ",
      },
      ["VULTR_API_KEY", "EMPTY", "MISSING"],
    );
    expect(config).toMatchObject({
      port: 0,
      host: "0.0.0.0",
      archive: "x/y-archive",
      logLevel: "debug",
      enable: ["vast", "runpod"],
      disable: ["ecb"],
      collect: false,
      sourceUrls: { "list-prices": "http://127.0.0.1:9/base" },
      sourceKeys: { VULTR_API_KEY: "k" },
      allowedHosts: ["tape.lan"],
      keys: [
        { name: "me", scopes: ["read", "quote"], sha256: digest },
        { name: "you", scopes: ["read"], sha256: digest },
      ],
      threads: 4,
      httpAttemptMs: 5,
    });
    expect(Object.keys(config.sourceKeys)).toEqual(["VULTR_API_KEY"]);
  });

  it.each<[string, string]>([
    ["GPUTAPE_PORT", "http"],
    ["GPUTAPE_PORT", "80.5"],
    ["GPUTAPE_PORT", "-1"],
    ["GPUTAPE_PORT", "65536"],
    ["GPUTAPE_LOG_LEVEL", "loud"],
    ["GPUTAPE_COLLECT", "yes"],
    ["GPUTAPE_THREADS", "0"],
    ["GPUTAPE_THREADS", "many"],
    ["GPUTAPE_HTTP_ATTEMPT_MS", "0"],
    ["GPUTAPE_HTTP_TOTAL_MS", "1e9"],
    ["GPUTAPE_SOURCE_URL_VAST", "not a url"],
    ["GPUTAPE_KEYS", "secret"],
    ["GPUTAPE_KEYS", "me:read:abc"],
    ["GPUTAPE_KEYS", `:read:${digest}`],
    ["GPUTAPE_KEYS", `me::${digest}`],
    ["GPUTAPE_KEYS", `me:read+root:${digest}`],
  ])("names %s when it is %j", (name, value) => {
    const error = (() => {
      try {
        return readConfig({ [name]: value });
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "bad_input", details: { errors: [{ field: name }] } });
  });

  it("tells no key in an error about keys", () => {
    expect(() => readConfig({ GPUTAPE_KEYS: "hunter2" })).toThrow(/^(?!.*hunter2)/);
  });

  it("explains every setting it reads", () => {
    const read = new Set<string>();
    const get = (_: object, name: string | symbol): undefined => {
      read.add(String(name));
    };
    const environment: Environment = new Proxy({}, { get });
    readConfig(environment);
    const explained = settings.map(([name]) => name).filter((name) => !name.includes("<"));
    expect([...read].sort()).toEqual([...explained].sort());
    for (const [, , meaning] of settings) expect(meaning).not.toBe("");
  });
});

describe("maskConfig", () => {
  it("shows that keys are there, and none of them", () => {
    const secret = { VULTR_API_KEY: "hunter2", GPUTAPE_KEYS: `me:read+quote:${digest}` };
    const masked = maskConfig(readConfig(secret, ["VULTR_API_KEY"]));
    expect(masked).toMatchObject({
      sourceKeys: { VULTR_API_KEY: "set" },
      keys: ["me:read+quote:…"],
      port: 8080,
    });
    expect(JSON.stringify(masked)).not.toMatch(new RegExp(`hunter2|${digest}`));
  });
});

describe("archiveBeside", () => {
  it("lies beside the tape", () => {
    expect(archiveBeside("a/tape.duckdb")).toBe("a/tape-archive");
    expect(archiveBeside("a/tape")).toBe("a/tape-archive");
  });
});
