import type { FastifyInstance } from "fastify";
import { formatInstant } from "../domain/time.ts";
import { AppError } from "../errors.ts";
import type { JournalEntry } from "../store/journal.ts";
import { type TSchema, Type } from "../typebox.ts";
import { type ApiContext, type Asked, bookFor } from "./context.ts";
import { memo } from "./memo.ts";
import { metaOf } from "./meta.ts";
import { answer, problems, time } from "./schema.ts";

/** A decision taken on the book: what comes in, what goes out, and how one is made of the other. */
export interface Decision<Body> {
  readonly kind: JournalEntry["kind"];
  readonly path: string;
  readonly body: TSchema;
  readonly data: TSchema;
  /** The answer under its id, with its time and whether the journal keeps it. */
  readonly sign: (id: string, at: string, stored: boolean, data: object) => object;
  readonly decide: (
    asked: Asked,
    body: Body,
  ) => { readonly data: object; readonly meta: ReturnType<typeof metaOf> };
}

const foundSchema = Type.Object({
  request: Type.Unknown(),
  answer: Type.Unknown(),
  replay: Type.Optional(Type.Unknown({ description: "The same request on the tape as it was known then" })),
  book_version: Type.Integer(),
  answered_at: time(),
});

/** POST takes the decision and journals it behind the reply; GET by id gives it back and can take it again. */
export const registerDecision = <Body>(
  app: FastifyInstance,
  context: ApiContext,
  decision: Decision<Body>,
): void => {
  const { kind, path } = decision;
  const decided = memo<string, ReturnType<Decision<Body>["decide"]>>();

  const schema = {
    tags: ["desk"],
    body: decision.body,
    response: { 200: answer(decision.data), ...problems },
  };
  app.post<{ Body: Body }>(path, { schema }, async (request) => {
    const asked = await bookFor(context, {});
    const { data, meta } = decided(asked, JSON.stringify(request.body), () =>
      decision.decide(asked, request.body as Body),
    );
    const id = context.journal.newId(kind);
    const entry = {
      id,
      kind,
      answeredAt: asked.now,
      bookVersion: asked.book.version,
      request: request.body,
      answer: data,
    };
    return { data: decision.sign(id, formatInstant(asked.now), context.journal.keep(entry), data), meta };
  });

  const byId = {
    tags: ["desk"],
    params: Type.Object({ id: Type.String() }),
    querystring: Type.Object(
      { replay: Type.Optional(Type.Boolean({ default: false })) },
      { additionalProperties: false },
    ),
    response: { 200: answer(foundSchema), ...problems },
  };
  app.get<{ Params: { id: string }; Querystring: { replay?: boolean } }>(
    `${path}/:id`,
    { schema: byId },
    async (request) => {
      const entry = await context.journal.find(request.params.id);
      if (entry?.kind !== kind)
        throw new AppError("not_found", `id: there is no ${kind} ${request.params.id}`);
      const at = formatInstant(entry.answeredAt);
      const again = request.query.replay
        ? decision.decide(await bookFor(context, { at, as_of: at }), entry.request as Body)
        : null;
      const found = {
        request: entry.request,
        answer: decision.sign(entry.id, at, true, entry.answer as object),
        book_version: entry.bookVersion,
        answered_at: at,
      };
      const asked = await bookFor(context, {});
      return {
        data: { ...found, ...(again === null ? {} : { replay: again.data }) },
        meta: metaOf({ asked, methodology: "journal", gpus: null, took: [], dataAgeS: null }),
      };
    },
  );
};
