import { badInput } from "./errors.ts";

/** All settings, read once. Durations are milliseconds. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly db: string;
  /** Folder of raw payloads; beside the tape unless set. */
  readonly archive: string;
  readonly logLevel: string;
  /** Sources that the operator turns on (stating permission where their terms bar collection) or off. */
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  /** Collect at all; off serves what the tape has. */
  readonly collect: boolean;
  /** Base URL by source id, in place of the venue's own. */
  readonly sourceUrls: Readonly<Record<string, string>>;
  /** Values of keys that sources name in `needs` and `wants`. */
  readonly sourceKeys: Readonly<Record<string, string>>;
  /** Host names beside loopback that requests may be addressed to. */
  readonly allowedHosts: readonly string[];
  /** API keys as `name:scope+scope:sha256-of-key`. */
  readonly keys: readonly ApiKey[];
  readonly memoryLimit: string;
  readonly threads: number;
  readonly httpAttemptMs: number;
  readonly httpTotalMs: number;
}

export interface ApiKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly sha256: string;
}

export const scopes = ["read", "quote", "outcome", "sql", "admin"] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of the process; the only place that looks at it. */
export const processEnvironment = (): Environment => process.env;

/** Each setting with its variable, default and meaning; `gputape config` prints this table. */
export const settings = [
  ["GPUTAPE_PORT", "8080", "port of the API and the page"],
  ["GPUTAPE_HOST", "127.0.0.1", "address to bind; any other than loopback needs GPUTAPE_KEYS"],
  ["GPUTAPE_DB", "gputape-data/tape.duckdb", "the tape"],
  ["GPUTAPE_ARCHIVE", "", "folder of raw payloads; default: archive beside the tape"],
  ["GPUTAPE_LOG_LEVEL", "info", "trace, debug, info, warn, error, silent"],
  [
    "GPUTAPE_ENABLE",
    "",
    "comma list of source ids to turn on; for a source with a legal note this states that you have permission",
  ],
  ["GPUTAPE_DISABLE", "", "comma list of source ids to turn off"],
  ["GPUTAPE_COLLECT", "true", "false serves the tape without collecting"],
  [
    "GPUTAPE_SOURCE_URL_<ID>",
    "",
    "base URL of a source in place of the venue's own (id in upper case, - as _)",
  ],
  ["GPUTAPE_ALLOWED_HOSTS", "", "comma list of host names requests may carry beside loopback"],
  ["GPUTAPE_KEYS", "", "comma list of name:scope+scope:sha256, made by `gputape keys`"],
  ["GPUTAPE_MEMORY_LIMIT", "400MB", "memory of the database engine"],
  ["GPUTAPE_THREADS", "2", "threads of the database engine"],
  ["GPUTAPE_HTTP_ATTEMPT_MS", "20000", "time-out of one request to a venue"],
  ["GPUTAPE_HTTP_TOTAL_MS", "60000", "time-out of a request with its retries"],
] as const;

const levels = ["trace", "debug", "info", "warn", "error", "silent"];

/**
 * Reads the environment into one frozen object. A malformed value throws `bad_input` that names the variable;
 * an empty one is as good as none.
 */
export const readConfig = (environment: Environment, sourceKeyNames: readonly string[] = []): Config => {
  const get = (name: string): string => {
    const fallback = settings.find(([variable]) => variable === name)?.[1] ?? "";
    return environment[name]?.trim() || fallback;
  };
  const db = get("GPUTAPE_DB");
  return Object.freeze({
    port: integer("GPUTAPE_PORT", get("GPUTAPE_PORT"), 0, 65535),
    host: get("GPUTAPE_HOST"),
    db,
    archive: get("GPUTAPE_ARCHIVE") || archiveBeside(db),
    logLevel: oneOf("GPUTAPE_LOG_LEVEL", get("GPUTAPE_LOG_LEVEL"), levels),
    enable: list(get("GPUTAPE_ENABLE")),
    disable: list(get("GPUTAPE_DISABLE")),
    collect: oneOf("GPUTAPE_COLLECT", get("GPUTAPE_COLLECT"), ["true", "false"]) === "true",
    sourceUrls: sourceUrls(environment),
    sourceKeys: pick(environment, sourceKeyNames),
    allowedHosts: list(get("GPUTAPE_ALLOWED_HOSTS")),
    keys: list(get("GPUTAPE_KEYS")).map(apiKey),
    memoryLimit: get("GPUTAPE_MEMORY_LIMIT"),
    threads: integer("GPUTAPE_THREADS", get("GPUTAPE_THREADS"), 1, 64),
    httpAttemptMs: integer("GPUTAPE_HTTP_ATTEMPT_MS", get("GPUTAPE_HTTP_ATTEMPT_MS"), 1, 600_000),
    httpTotalMs: integer("GPUTAPE_HTTP_TOTAL_MS", get("GPUTAPE_HTTP_TOTAL_MS"), 1, 600_000),
  });
};

/** The archive that belongs to a tape when none is set. */
export const archiveBeside = (db: string): string => `${db.replace(/\.duckdb$/, "")}-archive`;

const list = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

const integer = (name: string, text: string, low: number, high: number): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high) {
    throw badInput(name, `"${text}" is not a whole number from ${low} to ${high}`);
  }
  return value;
};

const oneOf = (name: string, text: string, allowed: readonly string[]): string => {
  if (!allowed.includes(text)) throw badInput(name, `"${text}" is none of ${allowed.join(", ")}`, allowed);
  return text;
};

const urlPrefix = "GPUTAPE_SOURCE_URL_";

const sourceUrls = (environment: Environment): Record<string, string> => {
  const urls: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    const url = value?.trim();
    if (!name.startsWith(urlPrefix) || !url) continue;
    if (!URL.canParse(url)) throw badInput(name, `"${url}" is not a URL`);
    urls[name.slice(urlPrefix.length).toLowerCase().replaceAll("_", "-")] = url.replace(/\/+$/, "");
  }
  return urls;
};

const pick = (environment: Environment, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => (environment[name]?.trim() ? [[name, environment[name].trim()]] : [])),
  );

const apiKey = (text: string): ApiKey => {
  const [name, scopeText, sha256] = text.split(":");
  const keyScopes = scopeText?.split("+") ?? [];
  if (!name || !sha256 || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw badInput("GPUTAPE_KEYS", "each key is name:scope+scope:sha256; `gputape keys` makes one");
  }
  for (const scope of keyScopes) oneOf("GPUTAPE_KEYS", scope, scopes);
  return { name, scopes: keyScopes, sha256 };
};

/** The configuration with secrets masked, for people to read. */
export const maskConfig = (config: Config): Record<string, unknown> => ({
  ...config,
  sourceKeys: Object.fromEntries(Object.keys(config.sourceKeys).map((name) => [name, "set"])),
  keys: config.keys.map(({ name, scopes: granted }) => `${name}:${granted.join("+")}:…`),
});
