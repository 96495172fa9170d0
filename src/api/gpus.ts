import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Gpu } from "../domain/gpu.ts";
import { Type } from "../typebox.ts";
import { type ApiContext, bookFor } from "./context.ts";
import { metaOf } from "./meta.ts";
import { answer, number, problems, text } from "./schema.ts";

const gpuSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  vendor: Type.String(),
  architecture: text(),
  launch: text("Month of announcement"),
  vram_gib: number(),
  memory_bandwidth_gbps: number("GB/s"),
  fp16_tflops: number("Dense"),
  fp8_tflops: number("Dense"),
  tdp_w: number(),
  form_factor: text(),
  interconnect: text(),
  interconnect_gbps: number("GB/s, both directions"),
  aliases: Type.Array(Type.String()),
  members: Type.Array(Type.String(), { description: "Cards of a family; empty for a card" }),
  listings: Type.Integer({ description: "Live listings in the book" }),
  source: Type.String({ description: "Where the facts come from" }),
});

const row = (gpu: Gpu, listings: number) => ({
  id: gpu.id,
  name: gpu.name,
  vendor: gpu.vendor,
  architecture: gpu.architecture,
  launch: gpu.launch,
  vram_gib: gpu.vramGib,
  memory_bandwidth_gbps: gpu.memoryBandwidthGbps,
  fp16_tflops: gpu.fp16Tflops,
  fp8_tflops: gpu.fp8Tflops,
  tdp_w: gpu.tdpW,
  form_factor: gpu.formFactor,
  interconnect: gpu.interconnect,
  interconnect_gbps: gpu.interconnectGbps,
  aliases: [...gpu.aliases],
  members: [...gpu.members],
  listings,
  source: gpu.source,
});

/** GET /v1/gpus: every card and family the tape tells apart. */
export const gpusEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const querystring = Type.Object(
      { q: Type.Optional(Type.String({ description: "Part of an id, name or alias" })) },
      { additionalProperties: false },
    );
    app.get(
      "/v1/gpus",
      {
        schema: {
          tags: ["reference"],
          querystring,
          response: { 200: answer(Type.Array(gpuSchema)), ...problems },
        },
      },
      async (request) => {
        const asked = await bookFor(context, {});
        const wanted = request.query.q?.toLowerCase();
        const matches = ({ id, name, aliases }: Gpu): boolean =>
          wanted === undefined || [id, name, ...aliases].some((word) => word.toLowerCase().includes(wanted));
        const rows = context.reference.gpus.all.filter(matches).map((gpu) => {
          const members = context.reference.gpus.membersOf(gpu.id);
          const listings = members.reduce((sum, id) => sum + (asked.book.byGpu.get(id)?.length ?? 0), 0);
          return row(gpu, listings);
        });
        return { data: rows, meta: metaOf({ asked, methodology: "data/gpus.csv", gpus: null, took: [] }) };
      },
    );
  };
