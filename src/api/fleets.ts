import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { formatInstant } from "../domain/time.ts";
import { type FleetRow, readFleets } from "../store/read-beside.ts";
import { Type } from "../typebox.ts";
import { type ApiContext, bookFor, gpuFor } from "./context.ts";
import { metaOf } from "./meta.ts";
import { answer, problems, text, time, timesQuery } from "./schema.ts";

const rowSchema = Type.Object({
  source: Type.String(),
  provider: Type.String(),
  gpu: Type.String(),
  gpu_raw: Type.String({ description: "The GPU as the venue writes it" }),
  region: text(),
  total_gpus: Type.Number({ description: "GPUs in all, rented or not" }),
  rented_gpus: Type.Number(),
  utilisation: Type.Number({ description: "Rented share, 0 to 1" }),
  since: time("When these numbers were first seen; they stand until others are"),
});

const rowOf = (row: FleetRow) => ({
  source: row.source,
  provider: row.provider,
  gpu: row.gpu,
  gpu_raw: row.gpuRaw,
  region: row.region,
  total_gpus: row.totalGpus,
  rented_gpus: row.rentedGpus,
  utilisation: row.rentedGpus / row.totalGpus,
  since: formatInstant(row.since),
});

/** GET /v1/fleets: how many GPUs venues say they have and how many of these are rented. */
export const fleetsEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const querystring = Type.Object(
      { gpu: Type.Optional(Type.String({ minLength: 1 })), ...timesQuery },
      { additionalProperties: false },
    );
    app.get(
      "/v1/fleets",
      {
        schema: {
          tags: ["book"],
          querystring,
          response: { 200: answer(Type.Array(rowSchema)), ...problems },
        },
      },
      async ({ query: { gpu, ...times } }) => {
        const asked = await bookFor(context, times);
        const ids = gpu === undefined ? null : gpuFor(context, gpu).ids;
        const found = await readFleets(context.tape.database, { at: asked.now, asOf: asked.asOf });
        const ours = found.filter((row) => ids?.has(row.gpu) ?? true);
        const methodology = "fleets: the last word of each venue that tells its utilisation";
        const took = ours.map(({ source }) => source);
        return { data: ours.map(rowOf), meta: metaOf({ asked, methodology, gpus: ids, took }) };
      },
    );
  };
