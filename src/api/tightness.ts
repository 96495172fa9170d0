import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Purchase } from "../domain/purchase.ts";
import { AppError } from "../errors.ts";
import type { StudiedGpu } from "../fits/studies.ts";
import { tightnessDays } from "../models/tightness/score.ts";
import type { TightnessDay } from "../models/tightness/tightness-days.ts";
import type { TightnessStudy } from "../models/tightness/tightness-study.ts";
import { everyGpu, inBook } from "../series/studied-gpus.ts";
import { readFleets } from "../store/read-beside.ts";
import type { TightnessRow } from "../store/read-tightness-days.ts";
import { type ApiContext, type Asked, bookFor, gpuFor } from "./context.ts";
import { memo } from "./memo.ts";
import { metaOf } from "./meta.ts";
import { answer, problems } from "./schema.ts";
import { readPresent, rememberedDays, type TightnessCell } from "./tightness-days.ts";
import { historyRows, leadRow, tightnessRow } from "./tightness-row.ts";
import { tightnessData, tightnessQuery } from "./tightness-schema.ts";

const methodology =
  "tightness 1: the place of each part among its own 30 midnights (UTC) before, higher is tighter, and their mean; free share of reported fleets; stock and spot discount of current sources, one a provider; comings and goings between complete pulls, by listing-hours watched, disappearances at marketplaces; no price in doubt; lead: change of the ln median ask over 7 days on the score, with errors for overlapping changes";

/** Midnights read for one GPU: a quarter of scores, each with the 30 days before it. */
const studiedDays = 120;

/** GET /v1/tightness: how tight the market is against its own last 30 days, and whether that leads the price. */
export const tightnessEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const daysOfOne = rememberedDays(context, studiedDays);
    const daysOfAll = rememberedDays(context, tightnessDays);
    const present = memo<string, Promise<ReadonlyMap<string, TightnessRow>>>();
    const studyOf = rememberedStudies(context);

    const read = async (asked: Asked, cell: TightnessCell, daysOf: typeof daysOfOne) => {
      const key = JSON.stringify([cell.gpus.map(({ id }) => id), cell.region, cell.purchase]);
      const now = await present(asked, key, () => readPresent(context, asked, cell));
      return { now, closed: await daysOf(asked, cell) };
    };

    const oneOf = async (asked: Asked, gpu: StudiedGpu, terms: Omit<TightnessCell, "gpus">) => {
      const { now, closed } = await read(asked, { ...terms, gpus: [gpu] }, daysOfOne);
      const days = closed.get(gpu.id)!;
      const row = tightnessRow(gpu.id, terms, now.get(gpu.id)!, days);
      const study = await studyOf(days);
      return { ...row, history: historyRows(study, asked.now, row.score), leads_price: leadRow(study) };
    };

    const allOf = async (asked: Asked, terms: Omit<TightnessCell, "gpus">) => {
      const gpus = offeredGpus(context, asked, terms);
      const { now, closed } = await read(asked, { ...terms, gpus }, daysOfAll);
      const rows = gpus.map(({ id }) => tightnessRow(id, terms, now.get(id)!, closed.get(id)!));
      return rows.sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || (a.gpu < b.gpu ? -1 : 1));
    };

    app.get(
      "/v1/tightness",
      {
        schema: {
          tags: ["models"],
          querystring: tightnessQuery,
          response: { 200: answer(tightnessData), ...problems },
        },
      },
      async ({ query: q }) => {
        const asked = await bookFor(context, q);
        const gpu = q.gpu === undefined ? null : gpuFor(context, q.gpu);
        const purchase: Purchase = q.purchase ?? "on_demand";
        const terms = { region: q.region ?? null, purchase };
        if (terms.region !== null) await checkRegion(context, asked, gpu, terms.region);
        const data = gpu === null ? await allOf(asked, terms) : await oneOf(asked, gpu, terms);
        return { data, meta: metaOf({ asked, methodology, gpus: gpu?.ids ?? null }) };
      },
    );
  };

/** What the closed days of a GPU say, found once for as long as they are kept. */
const rememberedStudies = ({ fits }: ApiContext) => {
  const kept = new WeakMap<readonly TightnessDay[], Promise<TightnessStudy>>();
  return (days: readonly TightnessDay[]): Promise<TightnessStudy> => {
    const known = kept.get(days);
    if (known !== undefined) return known;
    const made = fits.run("studyTightness", { days });
    kept.set(days, made);
    made.catch(() => kept.delete(days));
    return made;
  };
};

/** GPUs and families that the book offers on these terms. */
const offeredGpus = (
  { reference }: ApiContext,
  { book }: Asked,
  { region, purchase }: Omit<TightnessCell, "gpus">,
): StudiedGpu[] => {
  const offered = new Set(
    book.offers
      .filter((offer) => offer.purchase === purchase && (region === null || offer.region === region))
      .map(({ gpu }) => gpu),
  );
  return inBook(everyGpu(reference.gpus), book).filter(({ ids }) => [...ids].some((id) => offered.has(id)));
};

const mostNamed = 20;

/** Throws `not_found` with the regions that were ever seen where this one never was. */
const checkRegion = async (
  { tape }: ApiContext,
  { now, asOf }: Asked,
  gpu: StudiedGpu | null,
  region: string,
): Promise<void> => {
  const isOurs = (id: string): boolean => gpu?.ids.has(id) ?? true;
  const { byNo } = tape.catalog;
  if (byNo.some(({ offer }) => offer.region === region && isOurs(offer.gpu))) return;
  const fleets = await readFleets(tape.database, { at: now, asOf });
  const regions = new Set<string>();
  for (const place of [...byNo.map(({ offer }) => offer), ...fleets])
    if (place.region !== null && isOurs(place.gpu)) regions.add(place.region);
  if (regions.has(region)) return;
  const where = gpu === null ? "" : ` with ${gpu.id}`;
  const allowed = [...regions].sort();
  const known = allowed.length === 0 ? "none is known" : knownWords(allowed);
  throw new AppError("not_found", `region: there is no region "${region}"${where}; ${known}`, {
    details: { errors: [{ field: "region", message: "is not a known region", allowed }] },
  });
};

/** Names of regions may have commas in them. */
const knownWords = (regions: readonly string[]): string => {
  const shown = regions.slice(0, mostNamed).map((name) => JSON.stringify(name));
  const more = regions.length - shown.length;
  return `known are ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
};
