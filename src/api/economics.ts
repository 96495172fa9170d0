import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { breathe } from "../breathe.ts";
import type { Gpu } from "../domain/gpu.ts";
import { AppError, badInput } from "../errors.ts";
import { ownershipInputs } from "../models/economics/inputs.ts";
import { ownGpu } from "../models/economics/own.ts";
import { Type } from "../typebox.ts";
import { type ApiContext, type Asked, bookFor, gpuFor } from "./context.ts";
import { columns, flatRow } from "./economics-csv.ts";
import { type EconomicsQuery, type EconomicsRow, economicsRow, overridesOf } from "./economics-row.ts";
import { querySchema, rowSchema } from "./economics-schema.ts";
import { indexEstimate } from "./index-estimate.ts";
import { metaOf } from "./meta.ts";
import { checkPowerCountry } from "./power-country.ts";
import { answer, defaultCountry, problems } from "./schema.ts";
import { formatOf, tableAnswer } from "./table.ts";

const methodology =
  "own 1: level payment on capex less residual over rented hours, plus power and other costs; residual = capex exp(-decay age) less a share for each later generation; avoidable = power";

/** Inputs of one GPU, which say nothing about all of them. */
const ofOneGpu = ["capex_usd", "residual_usd", "kilowatts"] as const;

/** The cards a request is about: those it names, else all that are offered now. Throws `not_found`. */
const cardsFor = (context: ApiContext, asked: Asked, name: string | undefined): Gpu[] => {
  const { byId } = context.reference.gpus;
  const ids = name === undefined ? asked.book.byGpu.keys() : gpuFor(context, name).ids;
  const cards = [...ids].flatMap((id) => byId.get(id) ?? []).filter(({ members }) => members.length === 0);
  if (name !== undefined && cards.length === 0)
    throw new AppError("not_found", `gpu: "${name}" is not in the table of GPUs; /v1/gpus lists them`, {
      details: { errors: [{ field: "gpu", message: "is not a known card" }] },
    });
  return cards;
};

const rowOf = async (
  context: ApiContext,
  asked: Asked,
  query: EconomicsQuery,
  gpu: Gpu,
): Promise<EconomicsRow> => {
  const { gpus, economics, power: powerTable } = context.reference;
  const country = (query.country ?? defaultCountry).toUpperCase();
  const facts = economics.of(gpu.id);
  const power = powerTable.of(country);
  const studied = { id: gpu.id, ids: new Set([gpu.id]) };
  const index = await indexEstimate(context, asked, studied, query.purchase ?? "on_demand");
  const inputs = ownershipInputs({ gpu, all: gpus.all, facts, power }, asked.now, overridesOf(query));
  const own = ownGpu(inputs, index, asked.now);
  return economicsRow({ gpu, facts, power, country, index, inputs, own, query });
};

/** The rows of cards, one after the other with a breath between them: each reads all offers of its card. */
const rowsOf = async (
  context: ApiContext,
  asked: Asked,
  query: EconomicsQuery,
  cards: readonly Gpu[],
): Promise<EconomicsRow[]> => {
  const rows: EconomicsRow[] = [];
  for (const gpu of cards) {
    rows.push(await rowOf(context, asked, query, gpu));
    await breathe();
  }
  return rows;
};

/** The best margin first; among those without one, cards whose floor is known. */
const byMargin = (a: EconomicsRow, b: EconomicsRow): number => {
  const rank = ({ margin, floor }: EconomicsRow): number =>
    margin.value !== null ? 0 : floor !== null ? 1 : 2;
  return rank(a) - rank(b) || (b.margin.value ?? 0) - (a.margin.value ?? 0) || (a.gpu < b.gpu ? -1 : 1);
};

const checkQuery = (query: EconomicsQuery): void => {
  const lost = query.gpu === undefined ? ofOneGpu.find((field) => query[field] !== undefined) : undefined;
  if (lost !== undefined) throw badInput(lost, "is of one GPU: give `gpu` as well");
};

/** GET /v1/economics: what owning a GPU costs, what it is worth by age, and whether its price pays for it. */
export const economicsEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const response = { 200: answer(Type.Array(rowSchema)), ...problems };
    app.get(
      "/v1/economics",
      { schema: { tags: ["models"], querystring: querySchema, response } },
      async (request, reply) => {
        const { query } = request;
        checkQuery(query);
        checkPowerCountry(context, query);
        const format = formatOf(request);
        const asked = await bookFor(context, query);
        const cards = cardsFor(context, asked, query.gpu);
        const rows = (await rowsOf(context, asked, query, cards)).sort(byMargin);
        const ids = query.gpu === undefined ? null : new Set(cards.map(({ id }) => id));
        return tableAnswer(reply, {
          format,
          rowSchema,
          columns,
          count: rows.length,
          row: (i) => (format === "csv" ? flatRow(rows[i]!) : rows[i]!),
          constants: {
            ...{ purchase: query.purchase ?? "on_demand", currency: "USD" },
            unit: "USD per GPU-hour where a column names none",
          },
          meta: metaOf({ asked, methodology, gpus: ids }),
        }) as never;
      },
    );
  };
