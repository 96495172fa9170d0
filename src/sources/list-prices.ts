import { parse as parseCsv } from "csv-parse/sync";
import type { OfferDraft } from "../domain/offer.ts";
import { purchases, tiers } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { AppError } from "../errors.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import { count, type Json, judge, number, positive, readRows, text, wrongShape } from "./read.ts";
import { dropped, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const file = "list-prices.csv";

const fetch = async ({ readData, clock }: FetchContext): Promise<readonly RawPayload[]> => [
  {
    name: "list-prices",
    url: `data/${file}`,
    status: 200,
    contentType: "text/csv",
    body: await readData(file),
    fetchedAt: clock(),
  },
];

const columns = [
  ...["observed_at", "provider", "gpu_name", "kind", "min_gpus", "vram_gib", "usd_per_gpu_hour", "region"],
  ...["gpu_only", "source_url"],
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const lines = readCsv(payloadOf(payloads, "list-prices").body);
  const newest = newestOf(lines);
  const rows = readRows(lines, keys, (row) =>
    newest.get(identity(row)) === row ? readRow(row) : [dropped("superseded")],
  );
  return { ...rows, completeness: judge(rows) };
};

const keys: Keys = { must: columns };

const readCsv = (body: string): readonly Json[] => {
  if (body.trim() !== "" && !body.endsWith("\n"))
    throw wrongShape("list-prices", "a CSV to its last line's end");
  const options = { columns: checkedHeader, skip_empty_lines: true, trim: true, bom: true };
  try {
    const rows: unknown = parseCsv(body, options);
    if (body.trim() === "") checkedHeader([]);
    return rows as Json[];
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw wrongShape(`list-prices (${cause instanceof Error ? cause.message : cause})`, "CSV");
  }
};

const checkedHeader = (header: string[]): string[] => {
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) throw wrongShape("list-prices", `a CSV with the columns ${missing.join(", ")}`);
  return header;
};

const identity = (row: Json): string =>
  [row.provider, row.gpu_name, row.kind, row.min_gpus, row.vram_gib, row.region].join("|").toLowerCase();

/** The table keeps former prices; what is asked now is the newest row of each thing. */
const newestOf = (rows: readonly Json[]): ReadonlyMap<string, Json> => {
  const newest = new Map<string, Json>();
  for (const row of rows) {
    const before = newest.get(identity(row));
    if (before === undefined || String(before.observed_at) <= String(row.observed_at))
      newest.set(identity(row), row);
  }
  return newest;
};

const kinds: Readonly<Record<string, Pick<OfferDraft, "purchase" | "tier">>> = {
  "on-demand": { purchase: "on_demand", tier: null },
  spot: { purchase: "spot", tier: null },
  secure: { purchase: "on_demand", tier: "secure" },
  community: { purchase: "on_demand", tier: "community" },
};

/** The columns purchase and tier, where the table has them, tell more than the kind (a spot price of a community). */
const soldAs = (row: Json): Pick<OfferDraft, "purchase" | "tier"> | null => {
  const told = text(row.purchase);
  if (told === null) return kinds[text(row.kind) ?? ""] ?? null;
  const purchase = purchases.find((known) => known === told);
  const tier = tiers.find((known) => known === text(row.tier)) ?? null;
  return purchase === undefined || purchase === "reserved" ? null : { purchase, tier };
};

const readRow = (row: Json): Reading => {
  const date = text(row.observed_at) ?? "";
  const observedAt = /^\d{4}-\d{2}-\d{2}/.test(date) ? Date.parse(date) : Number.NaN;
  const provider = text(row.provider);
  const gpuRaw = text(row.gpu_name);
  const sold = soldAs(row);
  if (Number.isNaN(observedAt)) return ["bad_date"];
  if (provider === null || gpuRaw === null) return ["no_name"];
  if (sold === null) return ["unknown_kind"];
  const gpus = text(row.min_gpus) === null ? 1 : count(row.min_gpus);
  if (gpus === null) return ["bad_gpu_count"];
  const price = number(row.usd_per_gpu_hour) ?? Number.NaN;
  return [
    {
      ...sold,
      provider: provider.toLowerCase(),
      offerId: identity(row),
      gpuRaw,
      vramGib: positive(row.vram_gib),
      gpuCount: gpus,
      priceRaw: price,
      unitRaw: "USD per GPU-hour",
      currency: "USD",
      pricePerGpuHour: price,
      region: text(row.region),
      gpuOnly: /^(true|1|yes)$/i.test(text(row.gpu_only) ?? ""),
      observedAt,
      sourceUrl: text(row.source_url),
    },
  ];
};

/** List prices read by hand off public pages, kept in data/list-prices.csv with their dates. */
export const listPrices: Source = {
  id: "list-prices",
  name: "Published list prices",
  kind: "list",
  provider: null,
  docsUrl: "data/NOTICE",
  baseUrl: "",
  everyMinutes: 1440,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
