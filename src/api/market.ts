import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { breathe } from "../breathe.ts";
import { ageSeconds, type Book, type BookOffer, gpusBehind, isExecutable } from "../domain/book.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { Purchase } from "../domain/purchase.ts";
import { formatInstant, hour, type Instant, minute } from "../domain/time.ts";
import { isCurrent } from "../domain/validity.ts";
import { cellIndex } from "../models/cell.ts";
import { findResold } from "../models/resold.ts";
import { type LinePoint, readLines } from "../store/read-lines.ts";
import { type ApiContext, type Asked, bookFor } from "./context.ts";
import { lastIndex } from "./last-index.ts";
import { metaOf } from "./meta.ts";
import { answer, number, problems, text } from "./schema.ts";

const nullable = <T>(properties: Record<string, unknown>) =>
  Type.Unsafe<T | null>({ type: ["object", "null"], properties });

interface Best {
  usd_per_gpu_hour: number;
  provider: string;
  source: string;
  listing_id: string;
  age_s: number | null;
  fresh: boolean;
  executable: boolean;
}

/** The cheapest fresh offer; where nothing is fresh the cheapest of all, `fresh` false. */
const bestSchema = nullable<Best>({
  usd_per_gpu_hour: { type: "number" },
  provider: { type: "string" },
  source: { type: "string" },
  listing_id: { type: "string" },
  age_s: { type: ["number", "null"] },
  fresh: { type: "boolean", description: "Confirmed within twice the interval of its source" },
  executable: { type: "boolean" },
});

const rowSchema = Type.Object({
  gpu: Type.String(),
  name: Type.String(),
  family: Type.Boolean({ description: "Covers its member cards too" }),
  vendor: text(),
  vram_gib: number(),
  form_factor: text(),
  fp16_tflops: number(),
  best_on_demand: bestSchema,
  best_spot: bestSchema,
  index: number("USD per GPU-hour, on demand, now"),
  index_reason: text("Why there is no index now"),
  index_last: nullable<{ at: string; value: number }>({ at: { type: "string" }, value: { type: "number" } }),
  index_providers: Type.Integer(),
  free_gpus: number("GPUs known to be free; null where nobody tells"),
  listings: Type.Integer({ description: "Old ones too" }),
  providers: Type.Integer({ description: "Of all listings, old ones too" }),
  fresh_free_gpus: number("As free_gpus, of listings confirmed within twice the interval of their source"),
  fresh_listings: Type.Integer({ description: "Confirmed within twice the interval of their source" }),
  fresh_providers: Type.Integer({ description: "Of the fresh listings" }),
  change_1d_percent: number("Of the cheapest on-demand offer"),
  change_7d_percent: number(),
  line: Type.Array(Type.Array(Type.Number()), {
    description: "[ms since epoch, cheapest on-demand USD per GPU-hour], every 6 h of 7 days",
  }),
  age_s: number("Age of the newest price in seconds"),
  fresh: Type.Boolean({ description: "Some price was confirmed within twice the interval of its source" }),
});

const lineStep = 6 * hour;
const linePoints = 29;

const cheapest = (offers: readonly BookOffer[]): BookOffer | null =>
  offers.reduce<BookOffer | null>(
    (low, each) => (low === null || each.usdPerGpuHour < low.usdPerGpuHour ? each : low),
    null,
  );

/** The cheapest fresh offer; an old one only where nothing is fresh. */
const best = (offers: readonly BookOffer[], wanted: Purchase, { book, now }: Asked): Best | null => {
  const found = offers.filter(
    (offer) => offer.purchase === wanted && offer.flags.length === 0 && gpusBehind(offer) > 0,
  );
  const offer = cheapest(found.filter((each) => isCurrent(each, book, now))) ?? cheapest(found);
  if (!offer) return null;
  const age = ageSeconds(offer, book, now);
  return {
    usd_per_gpu_hour: offer.usdPerGpuHour,
    provider: offer.provider,
    source: offer.source,
    listing_id: offer.listingId,
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
  lines: ReadonlyMap<string, LinePoint[]>,
) => {
  const { book, now } = asked;
  const ids = new Set(context.reference.gpus.membersOf(gpu.id));
  const offers = [...ids].flatMap((id) => book.byGpu.get(id) ?? []);
  if (offers.length === 0) return null;
  const fresh = offers.filter((offer) => isCurrent(offer, book, now));
  const index = cellIndex(book, ids, "on_demand", now);
  const last = index.value === null ? await lastIndex(context, asked, ids, "on_demand") : null;
  const line = mergeLines([...ids].flatMap((id) => lines.get(`${id} on_demand`) ?? []));
  const ages = offers.flatMap((offer) => ageSeconds(offer, book, now) ?? []);
  return {
    gpu: gpu.id,
    name: gpu.name,
    family: gpu.members.length > 0,
    vendor: gpu.vendor,
    vram_gib: gpu.vramGib,
    form_factor: gpu.formFactor,
    fp16_tflops: gpu.fp16Tflops,
    best_on_demand: best(offers, "on_demand", asked),
    best_spot: best(offers, "spot", asked),
    index: index.value,
    index_reason: index.reason,
    index_last: last === null ? null : { at: formatInstant(last.at), value: last.value },
    index_providers: index.nProviders,
    free_gpus: freeGpus(offers, asked),
    listings: offers.length,
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
  for (const { at, min } of points)
    cheapest.set(at, Math.min(cheapest.get(at) ?? Number.POSITIVE_INFINITY, min));
  return [...cheapest].sort(([a], [b]) => a - b);
};

type Row = NonNullable<Awaited<ReturnType<typeof rowOf>>>;

const rowsOf = async (context: ApiContext, asked: Asked): Promise<Row[]> => {
  const points = await readLines(context.tape.database, asked.now, lineStep, linePoints);
  const lines = new Map<string, LinePoint[]>();
  for (const point of points) {
    const key = `${point.gpu} ${point.purchase}`;
    const group = lines.get(key);
    if (group) group.push(point);
    else lines.set(key, [point]);
  }
  const rows: Row[] = [];
  for (const gpu of context.reference.gpus.all) {
    const row = await rowOf(context, asked, gpu, lines);
    if (row) rows.push(row);
    await breathe();
  }
  return rows.sort((a, b) => (b.fp16_tflops ?? 0) - (a.fp16_tflops ?? 0) || b.listings - a.listings);
};

/** A best price may be an old one, which no statistic takes. */
const oldestShown = (rows: readonly Row[], age: number | null): number | null =>
  rows
    .flatMap((row) => [row.best_on_demand?.age_s ?? null, row.best_spot?.age_s ?? null])
    .reduce((oldest, each) => (each === null ? oldest : Math.max(each, oldest ?? 0)), age);

interface Kept {
  readonly book: Book;
  readonly madeAt: Instant;
  readonly rows: Promise<Row[]>;
}

/** GET /v1/market: one row a GPU, what the market page shows. Made once per book and minute. */
export const marketEndpoint = (context: ApiContext): FastifyPluginAsyncTypebox => {
  let kept: Kept | null = null;
  const present = (asked: Asked): Promise<Row[]> => {
    if (kept && kept.book === asked.book && asked.now - kept.madeAt < minute) return kept.rows;
    kept = { book: asked.book, madeAt: asked.now, rows: rowsOf(context, asked) };
    kept.rows.catch(() => {
      kept = null;
    });
    return kept.rows;
  };
  return async (app) => {
    app.get(
      "/v1/market",
      { schema: { tags: ["book"], response: { 200: answer(Type.Array(rowSchema)), ...problems } } },
      async () => {
        const asked = await bookFor(context, {});
        const data = await present(asked);
        const methodology = "book, weighted_median 2 and ticks, one row a GPU";
        const meta = metaOf({ asked, methodology, gpus: null });
        return { data, meta: { ...meta, data_age_s: oldestShown(data, meta.data_age_s) } };
      },
    );
  };
};
