import type { Book, BookOffer } from "../domain/book.ts";
import type { GpuTable } from "../domain/gpu.ts";
import type { Purchase, Tier } from "../domain/purchase.ts";
import type { JurisdictionSet } from "../domain/region.ts";
import type { Instant } from "../domain/time.ts";
import { AppError, badInput } from "../errors.ts";
import type { ProviderFilter } from "./constraints.ts";
import { type Filtered, filterOffers } from "./eligible.ts";
import { checkAmounts, checkShare } from "./request.ts";

/** Exactly one of `gpu`, `any_of` and `min` says what to run on; everything else narrows it. */
export interface RouteRequest {
  readonly gpu?: string | undefined;
  readonly any_of?: readonly string[] | undefined;
  readonly min?: GpuMinimum | undefined;
  readonly gpus: number;
  readonly hours: number;
  /** True allows spot beside on_demand. Default false. */
  readonly interruptible?: boolean | undefined;
  readonly regions?: readonly string[] | undefined;
  readonly countries?: readonly string[] | undefined;
  /** Countries of the operator's ultimate parent; `EU` and `EEA` stand for their members. */
  readonly jurisdictions?: readonly string[] | undefined;
  readonly providers?: ProviderFilter | undefined;
  readonly tier?: Tier | undefined;
  readonly min_reliability?: number | undefined;
  readonly min_sla_uptime?: number | undefined;
  readonly interconnect?: string | undefined;
  readonly confidential?: boolean | undefined;
  readonly max_usd_per_gpu_hour?: number | undefined;
  /** The longest time since a price was confirmed. */
  readonly max_age_hours?: number | undefined;
  readonly max_total_usd?: number | undefined;
  readonly single_provider?: boolean | undefined;
  readonly max_provider_share?: number | undefined;
  readonly executable_only?: boolean | undefined;
  /** Plans to return. Default 3. */
  readonly k?: number | undefined;
}

export interface GpuMinimum {
  readonly vram_gib?: number | undefined;
  readonly fp16_tflops?: number | undefined;
}

/** The reference tables a route is read with. */
export interface RouteDeps {
  readonly gpus: GpuTable;
  readonly jurisdictions: JurisdictionSet;
}

/** Throws `bad_input` naming the field that is not as it must be. */
export const checkRequest = (request: RouteRequest): void => {
  checkAmounts(request);
  checkShare("max_provider_share", request.max_provider_share);
  const named = [request.gpu, request.any_of, request.min].filter((way) => way !== undefined);
  if (named.length !== 1) throw badInput("gpu", "give exactly one of gpu, any_of and min");
  if (request.k !== undefined && !(Number.isSafeInteger(request.k) && request.k > 0)) {
    throw badInput("k", `must be a whole number from 1, got ${request.k}`);
  }
};

/** GPU ids that the request allows, family members included. Throws `not_found` with suggestions. */
export const gpuIdsOf = (request: RouteRequest, gpus: GpuTable): ReadonlySet<string> => {
  const named = request.any_of ?? (request.gpu === undefined ? [] : [request.gpu]);
  if (request.min === undefined) return new Set(named.flatMap((name) => gpus.membersOf(idOf(name, gpus))));
  const { vram_gib = 0, fp16_tflops = 0 } = request.min;
  const enough = gpus.all.filter(
    (gpu) => reaches(gpu.vramGib, vram_gib) && reaches(gpu.fp16Tflops, fp16_tflops),
  );
  return new Set(enough.map((gpu) => gpu.id));
};

const reaches = (value: number | null, min: number): boolean => min <= 0 || (value !== null && value >= min);

const idOf = (name: string, gpus: GpuTable): string => {
  const found = gpus.find(name);
  if (found) return found.id;
  const suggestions = gpus.suggest(name);
  const hint = suggestions.length === 0 ? "" : `; did you mean ${suggestions.join(", ")}?`;
  throw new AppError("not_found", `gpu: "${name}" is not a known GPU${hint}`, { details: { suggestions } });
};

/** The offers of the book that satisfy the hard constraints. One source speaks per GPU id, as plans never mix ids. */
export const offersFor = (book: Book, request: RouteRequest, now: Instant, deps: RouteDeps): Filtered =>
  filterOffers(
    book,
    now,
    {
      gpus: gpuIdsOf(request, deps.gpus),
      purchases: new Set<Purchase>(request.interruptible ? ["on_demand", "spot"] : ["on_demand"]),
      tier: request.tier,
      providers: request.providers,
      regions: asSet(request.regions),
      countries: asSet(request.countries),
      jurisdictions: asSet(request.jurisdictions?.flatMap(deps.jurisdictions)),
      minReliability: request.min_reliability,
      minSlaUptime: request.min_sla_uptime,
      interconnect: request.interconnect,
      confidential: request.confidential,
      maxUsdPerGpuHour: request.max_usd_per_gpu_hour,
      maxAgeHours: request.max_age_hours,
      executableOnly: request.executable_only,
    },
    cellOf,
  );

const asSet = (values: readonly string[] | undefined): ReadonlySet<string> | undefined =>
  values === undefined ? undefined : new Set(values);

/** What a plan never mixes: GPU id and purchase. */
export const cellOf = (offer: BookOffer): string => `${offer.gpu}|${offer.purchase}`;
