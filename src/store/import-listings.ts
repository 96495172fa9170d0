import { countryCode } from "../domain/country-code.ts";
import type { Offer, OfferDraft } from "../domain/offer.ts";
import type { Tier } from "../domain/purchase.ts";
import { type SoldAs, soldAs } from "../domain/sold-as.ts";
import { type StageColumn, stageRows } from "./append-rows.ts";
import { type Catalog, type Registration, register } from "./catalog.ts";
import { eachChunk } from "./database.ts";
import type { DuckDBConnection, DuckDBValue } from "./duckdb.ts";
import type { ImportOptions, ImportTools } from "./import-contract.ts";
import { sourceIdOf } from "./import-pulls.ts";
import { extras, identityColumns, readIdentities } from "./import-sql.ts";

interface Named {
  readonly identNo: number;
  readonly purchase: number;
  readonly listingNo: number;
  readonly low: number;
  readonly high: number;
  /** GPUs that the price pays for. */
  readonly gpus: number;
  /** The price is not in USD. */
  readonly foreign: boolean;
}

interface Refused {
  readonly identNo: number;
  readonly purchase: number;
  readonly reason: string;
}

/** What the identities of an import became. */
export interface NamedListings {
  readonly listings: number;
  readonly unknownGpus: number;
  /** Listings by flag. */
  readonly flags: Readonly<Record<string, number>>;
}

type Identity = Readonly<Record<string, DuckDBValue>>;

/**
 * Judges each distinct identity once per price it ever has and stages the listing number it got (imp_named) or why it
 * got none (imp_refused).
 */
export const nameListings = async (
  connection: DuckDBConnection,
  catalog: Catalog,
  registration: Registration,
  tools: ImportTools,
  options: ImportOptions,
): Promise<NamedListings> => {
  const named: Named[] = [];
  const refused: Refused[] = [];
  const offers = new Map<number, Offer>();
  await eachChunk(connection, readIdentities, undefined, (columns, size) => {
    for (let i = 0; i < size; i++) {
      const row = Object.fromEntries(identityColumns.map((name, c) => [name, columns[c]![i]!]));
      const identNo = row.ident_no as number;
      for (const purchase of [0, 1]) {
        if (row[purchase === 0 ? "has_price" : "has_spot"] !== true) continue;
        const judged = judgeIdentity(row, purchase, tools, options);
        if ("reason" in judged) {
          refused.push({ identNo, purchase, reason: judged.reason });
          continue;
        }
        const listingNo = register(catalog, registration, judged.offer, row.first_at as number);
        offers.set(listingNo, judged.offer);
        const { gpus, offer } = judged;
        const foreign = offer.currency !== "USD";
        named.push({ identNo, purchase, listingNo, gpus, foreign, ...tools.bandOf(offer.gpu) });
      }
    }
  });
  await stageRows(connection, "imp_named", namedColumns, named);
  await stageRows(connection, "imp_refused", refusedColumns, refused);
  return { listings: offers.size, ...countsOf([...offers.values()]) };
};

const countsOf = (offers: readonly Offer[]): Omit<NamedListings, "listings"> => {
  const flags: Record<string, number> = {};
  for (const flag of offers.flatMap((offer) => offer.flags)) flags[flag] = (flags[flag] ?? 0) + 1;
  const unknown = new Set(offers.map(({ gpu }) => gpu).filter((gpu) => gpu.startsWith("unknown:")));
  return { unknownGpus: unknown.size, flags };
};

/** The offer behind an identity, its price a stand-in since prices follow as observations; or why there is none. */
const judgeIdentity = (
  row: Identity,
  column: number,
  tools: ImportTools,
  options: ImportOptions,
): { readonly offer: Offer; readonly gpus: number } | { readonly reason: string } => {
  const sold = soldAs((row.kind as string | null) ?? "");
  if (sold === null) return { reason: "unknown_kind" };
  const instanceType = row.instance_type as string | null;
  const told = row.gpu_count as number | null;
  const gpus = told ?? tools.gpusOfInstance(instanceType) ?? (row.counted && !row.per_gpu ? null : 1);
  if (gpus === null) return { reason: "bad_gpu_count" };
  const draft = draftOf(row, sold, column, gpus, tools, options);
  const source = sourceIdOf(draft.provider, row.dataset as string);
  const judged = tools.judge(draft, source, row.first_at as number);
  if ("reject" in judged) return { reason: judged.reject.reason };
  if (row.unnamed && judged.offer.gpu.startsWith("unknown:")) return { reason: "no_gpu_name" };
  const offer = { ...judged.offer, currency: row.currency as string };
  return { offer, gpus: row.per_gpu ? 1 : gpus };
};

const draftOf = (
  row: Identity,
  sold: SoldAs,
  column: number,
  gpus: number,
  { providerOf, vramOfOne }: ImportTools,
  { cap }: ImportOptions,
): OfferDraft => {
  const parts = [row.own_id, ...extras.map((name) => row[name])].map((part) => part ?? "");
  const provider = providerOf(row.provider as string);
  const name = row.gpu_name as string;
  const instanceType = row.instance_type as string | null;
  // A kind that is told says what its only price is, in whichever column; beside another one the column says it.
  const isSpotColumn = column === 1 && (row.kind === null || row.has_price === true);
  const isSpot = sold.purchase !== "reserved" && (isSpotColumn || row.is_spot === true);
  const least = row.min_gpus as number | null;
  const minGpus = least !== null && Number.isInteger(least) && least >= 1 ? least : null;
  return {
    provider: provider.id,
    offerId: parts.join("/").replace(/\/+$/, "") || "-",
    machineId: row.machine_id as string | null,
    gpuRaw: name,
    instanceType,
    vramGib: vramOfOne({ name, instanceType, vramGib: positive(row.vram_gib) }, gpus),
    gpuCount: Math.max(gpus, minGpus ?? 0),
    ...(minGpus === null ? {} : { minGpus }),
    purchase: isSpot ? "spot" : sold.purchase,
    tier: sold.tier ?? tierOf(row.tier as string | null) ?? provider.tier,
    termMonths: sold.termMonths,
    priceRaw: 1,
    pricePerGpuHour: 1,
    unitRaw: `${row.currency} per ${row.per_gpu ? "GPU" : "instance"}-hour`,
    currency: "USD",
    includes: { cpuCores: row.vcpus as number | null, ramGib: row.memory_gib as number | null },
    region: row.region as string | null,
    zone: row.zone as string | null,
    country: row.country === null ? null : countryCode(row.country as string),
    derived: row.derived === true || provider.derived,
    sourceUrl: row.source_url as string | null,
    ...(cap === undefined ? {} : { scope: name }),
  };
};

const positive = (value: DuckDBValue | undefined): number | null => {
  const number = value as number | null;
  return number !== null && Number.isFinite(number) && number > 0 ? number : null;
};

const tierOf = (text: string | null): Tier | null => soldAs(text ?? "")?.tier ?? null;

const namedColumns: readonly StageColumn<Named>[] = [
  { name: "ident_no", type: "integer", of: (row) => row.identNo },
  { name: "purchase", type: "integer", of: (row) => row.purchase },
  { name: "listing_no", type: "integer", of: (row) => row.listingNo },
  { name: "low", type: "double", of: (row) => row.low },
  { name: "high", type: "double", of: (row) => row.high },
  { name: "gpus", type: "double", of: (row) => row.gpus },
  { name: "is_foreign", type: "boolean", of: (row) => row.foreign },
];

const refusedColumns: readonly StageColumn<Refused>[] = [
  { name: "ident_no", type: "integer", of: (row) => row.identNo },
  { name: "purchase", type: "integer", of: (row) => row.purchase },
  { name: "reason", type: "varchar", of: (row) => row.reason },
];
