import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { breathe } from "../breathe.ts";
import { ageSeconds, type Book, type BookOffer, gpusBehind, isExecutable } from "../domain/book.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { Purchase, Tier } from "../domain/purchase.ts";
import { formatInstant, hour, type Instant, minute } from "../domain/time.ts";
import { isCurrent, isExpired } from "../domain/validity.ts";
import { cellIndex } from "../models/cell.ts";
import { defaultTiers } from "../models/cell-offers.ts";
import { groupBy } from "../models/group-by.ts";
import { isOffer } from "../models/one-voice.ts";
import { findResold } from "../models/resold.ts";
import { type LinePoint, readLines } from "../store/read-lines.ts";
import { Type } from "../typebox.ts";
import { type ApiContext, type Asked, bookFor } from "./context.ts";
import { lastIndex } from "./last-index.ts";
import { type Best, marketQuery, marketRowSchema } from "./market-schema.ts";
import { metaOf } from "./meta.ts";
import { answer, problems } from "./schema.ts";

const lineStep = 6 * hour;
const linePoints = 29;

const cheapest = (offers: readonly BookOffer[]): BookOffer | null =>
  offers.reduce<BookOffer | null>(
    (low, each) => (low === null || each.usdPerGpuHour < low.usdPerGpuHour ? each : low),
    null,
  );

type Tiers = ReadonlySet<Tier | null>;

const communityTier: Tiers = new Set<Tier | null>(["community"]);
const tiersOf = (tier: Tier | undefined): Tiers =>
  tier === undefined ? defaultTiers : new Set<Tier | null>([tier]);

/** The cheapest fresh offer that one can take; an old one only where nothing is fresh. */
const best = (
  offers: readonly BookOffer[],
  wanted: Purchase,
  tiers: Tiers,
  { book, now }: Asked,
): Best | null => {
  const found = offers.filter(
    (offer) =>
      offer.purchase === wanted && tiers.has(offer.tier) && isOffer(offer, book) && gpusBehind(offer) > 0,
  );
  const offer = cheapest(found.filter((each) => isCurrent(each, book, now))) ?? cheapest(found);
  if (!offer) return null;
  const age = ageSeconds(offer, book, now);
  return {
    usd_per_gpu_hour: offer.usdPerGpuHour,
    provider: offer.provider,
    source: offer.source,
    listing_id: offer.listingId,
    tier: offer.tier,
    age_s: age === null ? null : Math.round(age),
    fresh: isCurrent(offer, book, now),
    executable: isExecutable(offer, book, now),
  };
};

const changeOver = (
  line: readonly (readonly [number, number])[],
  now: Instant,
  span: number,
): number | null => {
  const last = line.at(-1);
  const then = line.find(([at]) => at >= now - span - minute);
  if (!last || !then || then === last || then[0] > now - span + lineStep) return null;
  return (last[1] / then[1] - 1) * 100;
};

/** Slices of one machine and capacity seen through two doors count once. */
const freeGpus = (offers: readonly BookOffer[], { book, now }: Asked): number | null => {
  const machines = new Map<string, number>();
  const counted = offers.filter((offer) => offer.availableGpus !== null && offer.flags.length === 0);
  const resold = findResold(counted, book, now);
  for (const offer of counted) {
    if (offer.availableGpus === null || resold.has(offer)) continue;
    const machine = `${offer.provider} ${offer.machineId ?? offer.listingId}`;
    machines.set(machine, Math.max(machines.get(machine) ?? 0, offer.availableGpus));
  }
  return machines.size === 0 ? null : [...machines.values()].reduce((sum, gpus) => sum + gpus, 0);
};

const providersOf = (offers: readonly BookOffer[]): number =>
  new Set(offers.map(({ provider }) => provider)).size;

const rowOf = async (
  context: ApiContext,
  asked: Asked,
  gpu: Gpu,
  tier: Tier | undefined,
  lines: ReadonlyMap<string, LinePoint[]>,
) => {
  const { book, now } = asked;
  const ids = new Set(context.reference.gpus.membersOf(gpu.id));
  const listed = [...ids]
    .flatMap((id) => book.byGpu.get(id) ?? [])
    .filter((offer) => tier === undefined || offer.tier === tier);
  if (listed.length === 0) return null;
  const offers = listed.filter((offer) => !isExpired(offer, book, now));
  const tiers = tiersOf(tier);
  const fresh = offers.filter((offer) => isCurrent(offer, book, now));
  const index = cellIndex(book, ids, "on_demand", now);
  const last = index.value === null ? await lastIndex(context, asked, ids, "on_demand") : null;
  const line = mergeLines([...ids].flatMap((id) => lines.get(id) ?? []));
  const ages = offers.flatMap((offer) => ageSeconds(offer, book, now) ?? []);
  return {
    gpu: gpu.id,
    name: gpu.name,
    family: gpu.members.length > 0,
    vendor: gpu.vendor,
    vram_gib: gpu.vramGib,
    form_factor: gpu.formFactor,
    fp16_tflops: gpu.fp16Tflops,
    best_on_demand: best(offers, "on_demand", tiers, asked),
    best_spot: best(offers, "spot", tiers, asked),
    best_on_demand_community: best(offers, "on_demand", communityTier, asked),
    best_spot_community: best(offers, "spot", communityTier, asked),
    index: index.value,
    index_reason: index.reason,
    index_last: last === null ? null : { at: formatInstant(last.at), value: last.value },
    index_providers: index.nProviders,
    free_gpus: freeGpus(offers, asked),
    listings: offers.length,
    expired_listings: listed.length - offers.length,
    providers: providersOf(offers),
    fresh_free_gpus: freeGpus(fresh, asked),
    fresh_listings: fresh.length,
    fresh_providers: providersOf(fresh),
    change_1d_percent: changeOver(line, now, 24 * hour),
    change_7d_percent: changeOver(line, now, 7 * 24 * hour),
    line: line.map(([at, usd]) => [at, usd]),
    age_s: ages.length === 0 ? null : Math.round(Math.min(...ages)),
    fresh: fresh.length > 0,
  };
};

const mergeLines = (points: readonly LinePoint[]): [number, number][] => {
  const cheapest = new Map<number, number>();
  for (const { at, usdPerGpuHour } of points)
    cheapest.set(at, Math.min(cheapest.get(at) ?? Number.POSITIVE_INFINITY, usdPerGpuHour));
  return [...cheapest].sort(([a], [b]) => a - b);
};

type Row = NonNullable<Awaited<ReturnType<typeof rowOf>>>;

const statisticsOf = ({ sources }: Book): string[] =>
  [...sources.values()].flatMap(({ source, kind }) =>
    kind === "statistic" || kind === "rates" ? [source] : [],
  );

const rowsOf = async (context: ApiContext, asked: Asked, tier: Tier | undefined): Promise<Row[]> => {
  const points = await readLines(context.tape.database, {
    ...{ to: asked.now, step: lineStep, instants: linePoints },
    ...{ tiers: tiersOf(tier), statistics: statisticsOf(asked.book) },
  });
  const lines = groupBy(points, ({ gpu }) => gpu);
  const rows: Row[] = [];
  for (const gpu of context.reference.gpus.all) {
    const row = await rowOf(context, asked, gpu, tier, lines);
    if (row) rows.push(row);
    await breathe();
  }
  return rows.sort((a, b) => (b.fp16_tflops ?? 0) - (a.fp16_tflops ?? 0) || b.listings - a.listings);
};

/** A best price may be an old one, which no statistic takes. */
const oldestShown = (rows: readonly Row[], age: number | null): number | null =>
  rows
    .flatMap((row) => [
      row.best_on_demand,
      row.best_spot,
      row.best_on_demand_community,
      row.best_spot_community,
    ])
    .map((best) => best?.age_s ?? null)
    .reduce((oldest, each) => (each === null ? oldest : Math.max(each, oldest ?? 0)), age);

interface Kept {
  readonly book: Book;
  readonly madeAt: Instant;
  readonly rows: Promise<Row[]>;
}

/** GET /v1/market: one row a GPU, what the market page shows. Made once per book and minute. */
export const marketEndpoint = (context: ApiContext): FastifyPluginAsyncTypebox => {
  const kept = new Map<Tier | undefined, Kept>();
  const present = (asked: Asked, tier: Tier | undefined): Promise<Row[]> => {
    const known = kept.get(tier);
    if (known && known.book === asked.book && asked.now - known.madeAt < minute) return known.rows;
    const made = { book: asked.book, madeAt: asked.now, rows: rowsOf(context, asked, tier) };
    kept.set(tier, made);
    made.rows.catch(() => kept.delete(tier));
    return made.rows;
  };
  return async (app) => {
    app.get(
      "/v1/market",
      {
        schema: {
          tags: ["book"],
          querystring: marketQuery,
          response: { 200: answer(Type.Array(marketRowSchema)), ...problems },
        },
      },
      async (request) => {
        const asked = await bookFor(context, {});
        const data = await present(asked, request.query.tier);
        const methodology = "book, weighted_median 2 and ticks, one row a GPU";
        const meta = metaOf({ asked, methodology, gpus: null });
        return { data, meta: { ...meta, data_age_s: oldestShown(data, meta.data_age_s) } };
      },
    );
  };
};
