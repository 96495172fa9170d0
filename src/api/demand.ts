import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Book, BookOffer } from "../domain/book.ts";
import { allTiers, type Purchase } from "../domain/purchase.ts";
import { cellOffers } from "../models/cell-offers.ts";
import type { DemandFindings, DemandStudy } from "../models/curves/demand-study.ts";
import type { Shocks } from "../models/curves/equilibrium.ts";
import { supplyStack } from "../models/supply-stack.ts";
import { readFleets } from "../store/read-beside.ts";
import { type ApiContext, type Asked, bookFor, gpuFor } from "./context.ts";
import { readEvidence } from "./demand-evidence.ts";
import { type ReportedDemand, reportedDemand } from "./demand-points.ts";
import { demandRow } from "./demand-row.ts";
import { demandData, demandQuery } from "./demand-schema.ts";
import { memo } from "./memo.ts";
import { metaOf } from "./meta.ts";
import { answer, problems } from "./schema.ts";

const methodology =
  "reported fleets with their venues' median asks; kappa: disappearances of marketplaces' machines over 7 days as rentals and withdrawals, maximum likelihood; elasticity: 2SLS on days, instruments total GPUs and silent sources; equilibrium: what is offered and what is rented against demand of constant elasticity through the rented GPUs, bands from drawing providers";

interface Cell {
  readonly gpus: ReadonlySet<string>;
  readonly purchase: Purchase;
}

interface Question {
  readonly offers: readonly BookOffer[];
  readonly reported: ReportedDemand;
  readonly assumed: number | null;
  readonly shocks: Shocks | null;
}

type Finder = (asked: Asked, cell: Cell) => Promise<DemandFindings>;

/** What the tape says about demand, found once for each present book and cell. */
const rememberedFindings = (context: ApiContext): Finder => {
  const kept = new WeakMap<Book, Map<string, Promise<DemandFindings>>>();
  const find: Finder = async (asked, { gpus, purchase }) => {
    const evidence = await readEvidence(context, asked, gpus, purchase);
    const input = { evidence, market: null, assumed: null, shocks: null };
    return (await context.fits.run("studyDemand", input)).findings;
  };
  return (asked, cell) => {
    if (!asked.present) return find(asked, cell);
    const ofBook = kept.get(asked.book) ?? new Map<string, Promise<DemandFindings>>();
    kept.set(asked.book, ofBook);
    const key = [...cell.gpus, cell.purchase].join("\n");
    const known = ofBook.get(key);
    if (known !== undefined) return known;
    const made = find(asked, cell);
    ofBook.set(key, made);
    made.catch(() => ofBook.delete(key));
    return made;
  };
};

const solve = async (
  context: ApiContext,
  findings: DemandFindings,
  { offers, reported, assumed, shocks }: Question,
): Promise<DemandStudy> => {
  const { rentedGpus, usdPerGpuHour, reason } = reported;
  if (reason !== null || rentedGpus === null || usdPerGpuHour === null)
    return { findings, equilibrium: null, shocked: null };
  const free = supplyStack(offers).map((step) => ({
    usdPerGpuHour: step.usdPerGpuHour,
    gpus: step.gpus,
    provider: step.provider,
  }));
  const market = { free, rentedGpus, usdPerGpuHour };
  return context.fits.run("studyDemand", { evidence: findings, market, assumed, shocks });
};

/** GET /v1/curves/demand: who rents how much at which price, how demand follows the price, and where it meets supply. */
export const demandEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const findingsOf = rememberedFindings(context);
    const studies = memo<string, Promise<DemandStudy>>();
    app.get(
      "/v1/curves/demand",
      {
        schema: {
          tags: ["models"],
          querystring: demandQuery,
          response: { 200: answer(demandData), ...problems },
        },
      },
      async ({ query: q }) => {
        const asked = await bookFor(context, q);
        const { id, ids: gpus } = gpuFor(context, q.gpu);
        const cell: Cell = { gpus, purchase: q.purchase ?? "on_demand" };
        const assumed = q.elasticity ?? null;
        const shocks =
          q.shock_supply === undefined && q.shock_demand === undefined
            ? null
            : { supply: q.shock_supply ?? 0, demand: q.shock_demand ?? 0 };
        const { offers } = cellOffers(asked.book, gpus, cell.purchase, asked.now, { tiers: allTiers });
        const fleets = await readFleets(context.tape.database, { at: asked.now, asOf: asked.asOf });
        const own = fleets.filter(({ gpu }) => gpus.has(gpu));
        const reported = reportedDemand(own, offers, asked.book, asked.now);
        const key = JSON.stringify([id, cell.purchase, assumed, shocks]);
        const study = await studies(asked, key, async () =>
          solve(context, await findingsOf(asked, cell), { offers, reported, assumed, shocks }),
        );
        const data = { gpu: id, purchase: cell.purchase, ...demandRow(reported, study, assumed, shocks) };
        return { data, meta: metaOf({ asked, methodology, gpus }) };
      },
    );
  };
