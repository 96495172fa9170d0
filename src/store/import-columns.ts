import { badInput } from "../errors.ts";

/** What import reads, and the other names under which people publish it; the first one that a file has is taken. */
const names = {
  observed_at: [
    ...[
      "timestamp",
      "fetched_at",
      "scraped_at",
      "collected_at",
      "retrieved_at",
      "captured_at",
      "snapshot_at",
    ],
    ...["observed", "datetime", "time", "ts", "as_of", "date", "day", "dt"],
  ],
  recorded_at: [],
  provider: ["provider_name", "cloud_provider", "cloud", "venue", "marketplace", "platform"],
  gpu_name: ["gpu", "gpu_type", "gpu_model", "accelerator_name", "accelerator_type", "accelerator", "model"],
  gpu_count: ["num_gpus", "n_gpus", "gpus", "gpu_num", "gpu_quantity", "accelerator_count"],
  instance_type: ["instance", "instance_name", "machine_type", "vm_size", "flavor", "shape"],
  machine_id: [],
  offer_id: ["listing_id"],
  region: ["region_name", "region_code", "location", "datacenter", "data_center"],
  zone: ["availability_zone", "az"],
  country: ["country_code"],
  price_usd_hour: [
    ...["price_per_hour", "hourly_price", "price_usd_per_hour", "usd_per_hour", "price_hour", "price_hourly"],
    ...[
      "hourly_rate",
      "hourly_cost",
      "cost_per_hour",
      "on_demand_price",
      "ondemand_price",
      "price_usd",
      "price",
    ],
  ],
  price_usd_gpu_hour: [
    ...[
      "price_per_gpu_hour",
      "usd_per_gpu_hour",
      "price_usd_per_gpu_hour",
      "price_per_gpu",
      "gpu_hour_price",
    ],
    ...["hourly_price_per_gpu", "price_per_gpu_usd", "price_gpu_hour"],
  ],
  spot_price_usd_hour: [
    "spot_price_per_hour",
    "spot_hourly_price",
    "spot_price_usd",
    "spot_price",
    "price_spot",
  ],
  currency: ["currency_code", "price_currency"],
  kind: [
    ...["pricing_type", "price_type", "purchase", "purchase_type", "purchase_option", "pricing_model"],
    ...["offer_type", "billing_type"],
  ],
  tier: ["cloud_type", "security_tier"],
  is_spot: ["interruptible", "is_interruptible", "preemptible", "is_preemptible"],
  available_count: ["available_gpus", "gpus_available", "num_available", "free_gpus"],
  available: ["is_available", "availability", "in_stock", "rentable"],
  min_gpus: ["min_gpu_count", "minimum_gpus"],
  vcpus: ["vcpu", "vcpu_count", "num_vcpus", "cpus", "cpu_cores", "cpu_count"],
  memory_gib: ["memory_gb", "ram_gb", "ram_gib", "system_memory_gb", "ram", "memory"],
  vram_gib: [
    ...["gpu_memory_gb", "gpu_memory_gib", "vram_gb", "gpu_vram_gb", "gpu_ram_gb", "gpu_mem_gb", "vram"],
    ...["memory_per_gpu_gb", "gpu_memory", "gpu_vram"],
  ],
  scope: [],
  socket: [],
  sku_ordinal: [],
  source: [],
  source_url: ["url", "link"],
  median: ["median_price", "price_median", "p50", "median_price_per_hour"],
  mean: ["mean_price", "price_mean", "avg", "avg_price", "price_avg", "average", "average_price"],
  min: ["min_price", "price_min", "minimum"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Ours = keyof typeof names;

export const ours = Object.keys(names) as readonly Ours[];

/** Columns of which the first is the price where a file has no price of an offer: a statistic over offers. */
const statistics: readonly Ours[] = ["median", "mean", "min"];
const prices: readonly Ours[] = ["price_usd_hour", "price_usd_gpu_hour", "spot_price_usd_hour"];

/** Which column of a file is read as what. */
export interface ColumnReading {
  /** Name in the file by ours. */
  readonly of: ReadonlyMap<Ours, string>;
  /** Columns that are not read. */
  readonly unread: readonly string[];
  /** The file holds statistics over offers and no offers: `price_usd_hour` is the middle of several prices. */
  readonly derived: boolean;
  /** Prices are of one GPU, as their column says. */
  readonly perGpu: boolean;
  /** ISO 4217, as the name of the price's column says (`price_eur_hour`); null where it says none. */
  readonly currency: string | null;
}

const plain = (name: string): string =>
  name
    .trim()
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_|_$/g, "");

const currencies = "usd|eur|gbp|chf|cny|inr|jpy|cad|aud|sek|nok|dkk|pln|sgd|krw|brl";
const currencyIn = new RegExp(`(?:^|_)(${currencies})(?:_|$)`);

/** A name without the currency in it, as if it were in USD. */
const inDollars = (name: string): string => name.replace(currencyIn, (text) => text.replace(/[a-z]+/, "usd"));

const meaningOf = (ownNames: ReadonlyMap<string, readonly string[]>, our: Ours): string | undefined => {
  for (const name of [our, ...names[our]]) {
    const found = ownNames.get(name)?.[0];
    if (found !== undefined) return found;
  }
  return undefined;
};

const byPlainName = (columns: readonly string[]): Map<string, string[]> => {
  const found = new Map<string, string[]>();
  const add = (name: string, column: string): void => {
    found.set(name, [...(found.get(name) ?? []), column]);
  };
  const isPlain = (column: string): number => (column === plain(column) ? 1 : 0);
  for (const column of columns.toSorted((a, b) => isPlain(b) - isPlain(a))) add(plain(column), column);
  // After all names as they are, so that a price in dollars wins over one in another currency.
  for (const column of columns)
    if (inDollars(plain(column)) !== plain(column)) add(inDollars(plain(column)), column);
  return found;
};

/** Throws `bad_input` where a map (theirs -> ours) names a column that no file has or a meaning that there is not. */
export const checkMap = (map: Readonly<Record<string, string>>, columns: readonly string[]): void => {
  for (const [theirs, our] of Object.entries(map)) {
    if (!columns.includes(theirs))
      throw badInput("--map", `there is no column "${theirs}"; there are ${columns.join(", ")}`, columns);
    if (our !== "" && !ours.includes(our as Ours))
      throw badInput(
        "--map",
        `"${our}" in ${theirs}=${our} is nothing that import reads; it reads ${ours.join(", ")}`,
        ours,
      );
  }
};

/**
 * What the columns of a file mean: by `map` (theirs -> ours) first, else by ours or another usual name, in any case
 * and with any punctuation. Throws `bad_input` where `map` gives two columns of a file one meaning.
 */
export const readColumns = (
  columns: readonly string[],
  map: Readonly<Record<string, string>> = {},
): ColumnReading => {
  const of = new Map<Ours, string>();
  for (const [theirs, our] of Object.entries(map)) {
    if (our === "" || !columns.includes(theirs)) continue;
    if (of.has(our as Ours))
      throw badInput("--map", `both ${of.get(our as Ours)} and ${theirs} are mapped to ${our}`);
    of.set(our as Ours, theirs);
  }
  const named = byPlainName(columns.filter((column) => !(column in map)));
  for (const our of ours) {
    const found = of.has(our) ? undefined : meaningOf(named, our);
    if (found !== undefined) of.set(our, found);
  }
  return settlePrices(of, columns);
};

/** Decides which price is read: of an offer before that of one GPU, and a statistic only where there is no other. */
const settlePrices = (found: ReadonlyMap<Ours, string>, columns: readonly string[]): ColumnReading => {
  const of = new Map(found);
  const derived = !prices.some((name) => of.has(name));
  const perGpu = !of.has("price_usd_hour") && of.has("price_usd_gpu_hour");
  const price = derived ? statistics.map((name) => of.get(name)).find(Boolean) : of.get("price_usd_gpu_hour");
  if (price !== undefined && !of.has("price_usd_hour")) of.set("price_usd_hour", price);
  for (const name of [...statistics, "price_usd_gpu_hour"] as const) of.delete(name);
  const read = new Set(of.values());
  const priced = of.get("price_usd_hour") ?? of.get("spot_price_usd_hour");
  return {
    of,
    unread: columns.filter((column) => !read.has(column)),
    derived: derived && of.has("price_usd_hour"),
    perGpu,
    currency: currencyIn.exec(plain(priced ?? ""))?.[1]?.toUpperCase() ?? null,
  };
};

/** Throws `bad_input` naming what a file lacks of what import and `--key` need, and what it has. */
export const checkColumns = (
  file: string,
  columns: readonly string[],
  { of }: ColumnReading,
  key: readonly string[] = [],
): void => {
  const missing: string[] = (["observed_at", "provider"] as const).filter((name) => !of.has(name));
  if (!of.has("gpu_name") && !of.has("instance_type")) missing.push("gpu_name");
  if (!of.has("price_usd_hour") && !of.has("spot_price_usd_hour")) missing.push("price_usd_hour");
  if (missing.length > 0) {
    const plural = missing.length > 1 ? "s" : "";
    throw badInput(
      "FILE",
      `${file} lacks the column${plural} ${missing.join(", ")}; it has ${columns.join(", ") || "none"}. Name another column with --map theirs=${missing[0]}`,
    );
  }
  const strange = key.filter((name) => !columns.includes(name));
  if (strange.length > 0) {
    throw badInput(
      "--key",
      `${file} has no column ${strange.map((name) => `"${name}"`).join(", ")}; it has ${columns.join(", ")}`,
      [...columns],
    );
  }
};
