import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { type BookOffer, voicesOf } from "../domain/book.ts";
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
import { keptOfBook } from "./kept-of-book.ts";
import { metaOf } from "./meta.ts";
import { answer, problems } from "./schema.ts";

const methodology =
  "fleets reported by current sources, one a provider, with their venues' median asks; kappa: disappearances of marketplaces' machines over 7 days as rentals and withdrawals, maximum likelihood; elasticity: 2SLS on days, instruments total GPUs and silent sources; equilibrium: what is offered and what is rented against demand of constant elasticity through the rented GPUs, bands from drawing providers";

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

/** Cells whose findings, and questions whose answers, are kept for the present book. */
const mostCells = 500;
const mostAnswers = 500;

/** What the tape says about demand for a cell. */
const find = async (context: ApiContext, asked: Asked, { gpus, purchase }: Cell): Promise<DemandFindings> => {
  const evidence = await readEvidence(context, asked, gpus, purchase);
  const input = { evidence, market: null, assumed: null, shocks: null };
  return (await context.fits.run("studyDemand", input)).findings;
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

/** All that decides an answer beside the book: offers follow from the cell and from which sources are current. */
const keyOf = ({ book, now }: Asked, cell: string, { reported, assumed, shocks }: Question): string => {
  const { rentedGpus, usdPerGpuHour, reason } = reported;
  return JSON.stringify([
    cell,
    voicesOf(book.sources, now),
    rentedGpus,
    usdPerGpuHour,
    reason,
    assumed,
    shocks,
  ]);
};

/** GET /v1/curves/demand: who rents how much at which price, how demand follows the price, and where it meets supply. */
export const demandEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const findings = keptOfBook<DemandFindings>(mostCells);
    const studies = keptOfBook<DemandStudy>(mostAnswers);
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
        const question = { offers, reported, assumed, shocks };
        const key = JSON.stringify([id, cell.purchase]);
        const study = await studies(asked, keyOf(asked, key, question), async () =>
          solve(context, await findings(asked, key, () => find(context, asked, cell)), question),
        );
        const data = { gpu: id, purchase: cell.purchase, ...demandRow(reported, study, assumed, shocks) };
        return { data, meta: metaOf({ asked, methodology, gpus }) };
      },
    );
  };
