import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { day, formatInstant, hour, type Instant, parseInstant } from "../domain/time.ts";
import { badInput } from "../errors.ts";
import { priceMethods } from "../models/index/index-value.ts";
import { periodRate } from "../models/index/settlement.ts";
import { indexValues, type ValueAt } from "../series/index-series.ts";
import { methodologyOf, spansByVersion, versionAt } from "../series/methodology.ts";
import { Type } from "../typebox.ts";
import { type ApiContext, bookFor, gpuFor } from "./context.ts";
import { ageOfCell, endOf } from "./data-age.ts";
import { gpuParams, pricedCell } from "./index-row.ts";
import { metaOf } from "./meta.ts";
import { versionsOf } from "./methodology.ts";
import { answer, number, oneOf, problems, purchase, text, time } from "./schema.ts";

const dataSchema = Type.Object({
  gpu: Type.String(),
  purchase,
  method: oneOf(priceMethods),
  methodologies: Type.Array(Type.String(), { description: "Method and version of its hours, oldest first" }),
  from: time(),
  to: time("Not included"),
  rate: number("Time average over the period, USD per GPU-hour; null below a coverage of 90 %"),
  status: Type.Unsafe<"settles" | "review" | null>({
    type: ["string", "null"],
    enum: ["settles", "review", null],
  }),
  coverage: Type.Number({ description: "Share of the hours with a value, 0 to 1" }),
  expected: Type.Integer({ description: "Hours of the period" }),
  observed: Type.Integer(),
  filled: Type.Integer({ description: "Hours that the time before their gap filled" }),
  reason: text("low_coverage, not_begun or not_over"),
});

const methodology =
  "period rate: hourly index averaged over time; a gap of length L takes the mean of the min(L, 72 h) before it; coverage of 98 % settles, of 90 % is for review";

/** A gap looks this far back, before the period too. */
const lookBackMs = 3 * day;
const longestMs = 366 * day;

/** GET /v1/index/{gpu}/settlement: the rate a period settles at, with its coverage. */
export const indexSettlementEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const querystring = Type.Object(
      {
        from: time("Start of the period, a full hour"),
        to: time("End of the period, not included"),
        ...pricedCell("votes"),
      },
      { additionalProperties: false },
    );
    app.get(
      "/v1/index/:gpu/settlement",
      {
        schema: {
          tags: ["models"],
          params: gpuParams,
          querystring,
          response: { 200: answer(dataSchema), ...problems },
        },
      },
      async ({ params, query: q }) => {
        const asked = await bookFor(context, q);
        const { id, ids } = gpuFor(context, params.gpu);
        const [from, to] = [parseInstant(q.from, "from"), parseInstant(q.to, "to")];
        if (from >= to) throw badInput("from", `must be before to (${q.to})`);
        if (from % hour !== 0) throw badInput("from", "must be a full hour");
        if (to - from > longestMs) throw badInput("to", "a period is at most 366 days long");
        const [terms, method] = [q.purchase ?? "on_demand", q.method ?? "votes"] as const;
        const span = { first: from - lookBackMs, to: Math.min(to - 1, asked.now), step: hour };
        const cell = { gpus: ids, purchase: terms };
        const values: Pick<ValueAt, "at" | "value">[] = [];
        const series = { gpu: id, purchase: terms, method };
        const { changedAt, note } = await versionsOf(context, series, q.methodology, span.to);
        for (const { version, ...part } of spansByVersion(span, changedAt))
          for await (const { at, value } of indexValues(
            context.tape,
            cell,
            [method],
            part,
            asked.asOf,
            version,
          ))
            values.push({ at, value });
        const lastHour = Math.floor(span.to / hour) * hour;
        const versions = [from, lastHour].map((at) => versionAt(at, changedAt));
        const methodologies = [...new Set(versions)].map((version) => methodologyOf(method, version));
        const rate = { ...periodRate(values, { from, to, stepMs: hour }), ...unsettled(from, to, asked.now) };
        const period = { ...series, methodologies, from: formatInstant(from), to: formatInstant(to) };
        const dataAgeS = await ageOfCell(
          context,
          asked,
          { gpus: ids, purchases: [terms] },
          endOf(q, asked.now),
        );
        return {
          data: { ...period, ...rate },
          meta: { ...metaOf({ asked, methodology, gpus: ids, dataAgeS }), ...note },
        };
      },
    );
  };

/** A period settles when it is over. */
const unsettled = (from: Instant, to: Instant, now: Instant) =>
  to <= now ? {} : { rate: null, status: null, filled: 0, reason: from >= now ? "not_begun" : "not_over" };
