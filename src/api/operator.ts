import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { type TSchema, Type } from "../typebox.ts";
import { problems } from "./schema.ts";

/** What commands have done by the process that holds the tape. */
export interface Operator {
  /** Runs a source once, or reads its archive again; a row of what came of it. */
  readonly collect: (source: string, options: { readonly replay: boolean }) => Promise<object>;
  /** Reads files into the tape as one import, with the flags of the command; what came of it. */
  readonly import: (files: readonly string[], flags: Readonly<Record<string, unknown>>) => Promise<object>;
  /** Copies the tape to a file that is not there yet. */
  readonly copy: (into: string) => Promise<void>;
}

const done = Type.Object({ data: Type.Unknown() });
const path = Type.String({ minLength: 1, description: "Path on the machine of the server" });
const schema = <T extends TSchema>(body: T) => ({
  tags: ["ops"],
  body,
  response: { 200: done, ...problems },
});

/**
 * POST /v1/admin/collect, /v1/admin/import and /v1/admin/copy: work that needs the process which has the tape open.
 * They take a key with the scope `admin`, on loopback too.
 */
export const operatorEndpoints =
  (operator: Operator): FastifyPluginAsyncTypebox =>
  async (app) => {
    const collected = Type.Object(
      { source: Type.String({ minLength: 1 }), replay: Type.Optional(Type.Boolean()) },
      { additionalProperties: false },
    );
    app.post(
      "/v1/admin/collect",
      { schema: schema(collected) },
      async ({ body: { source, replay = false } }) => ({
        data: await operator.collect(source, { replay }),
      }),
    );

    const imported = Type.Object(
      {
        files: Type.Array(path, { minItems: 1 }),
        flags: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      },
      { additionalProperties: false },
    );
    app.post("/v1/admin/import", { schema: schema(imported) }, async ({ body: { files, flags = {} } }) => ({
      data: await operator.import(files, flags),
    }));

    const copied = Type.Object({ into: path }, { additionalProperties: false });
    app.post("/v1/admin/copy", { schema: schema(copied) }, async ({ body: { into } }) => {
      await operator.copy(into);
      return { data: { copied: into } };
    });
  };
