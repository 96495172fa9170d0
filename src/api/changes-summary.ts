import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Book } from "../domain/book.ts";
import { day, formatInstant, type Instant, minute } from "../domain/time.ts";
import { type Change, readChanges } from "../store/read-changes.ts";
import { type Static, Type } from "../typebox.ts";
import { changeRow, changeSchema } from "./changes.ts";
import { type ApiContext, bookFor } from "./context.ts";
import { metaOf } from "./meta.ts";
import { answer, problems, time } from "./schema.ts";

const summarySchema = Type.Object({
  since: time(),
  new: Type.Integer(),
  gone: Type.Integer(),
  repriced: Type.Integer(),
  capped: Type.Boolean({ description: "There were more changes than are counted here" }),
  movers: Type.Array(changeSchema, {
    description: "Biggest moves of price, one a GPU, provider and purchase",
  }),
});

type Summary = Static<typeof summarySchema>;

const mostChanges = 50_000;
const mostMovers = 8;

/** The biggest moves, the largest first; flagged listings stay out. */
const moversOf = (changes: readonly Change[]): Summary["movers"] => {
  const rows = changes
    .filter(
      ({ kind, listing, doubts }) =>
        kind === "repriced" && listing.offer.flags.length === 0 && doubts.length === 0,
    )
    .map(changeRow)
    .filter(({ percent }) => percent !== null)
    .sort((a, b) => Math.abs(b.percent!) - Math.abs(a.percent!));
  const first = new Map(rows.toReversed().map((row) => [`${row.gpu} ${row.provider} ${row.purchase}`, row]));
  return rows
    .filter((row) => first.get(`${row.gpu} ${row.provider} ${row.purchase}`) === row)
    .slice(0, mostMovers);
};

const summaryOf = async ({ tape }: ApiContext, now: Instant): Promise<Summary> => {
  const since = now - day;
  const found = await readChanges(tape.database, tape.catalog, {
    since,
    until: now,
    asOf: now,
    gpus: null,
    provider: null,
    offset: 0,
    limit: mostChanges + 1,
  });
  const changes = found.slice(0, mostChanges);
  const count = (kind: Change["kind"]): number => changes.filter((change) => change.kind === kind).length;
  return {
    since: formatInstant(since),
    new: count("new"),
    gone: count("gone"),
    repriced: count("repriced"),
    capped: found.length > mostChanges,
    movers: moversOf(changes),
  };
};

interface Kept {
  readonly book: Book;
  readonly madeAt: Instant;
  readonly summary: Promise<Summary>;
}

/** GET /v1/changes/summary: the last 24 hours in numbers. Made once per book and minute. */
export const changesSummaryEndpoint = (context: ApiContext): FastifyPluginAsyncTypebox => {
  let kept: Kept | null = null;
  return async (app) => {
    app.get(
      "/v1/changes/summary",
      { schema: { tags: ["book"], response: { 200: answer(summarySchema), ...problems } } },
      async () => {
        const asked = await bookFor(context, {});
        if (!kept || kept.book !== asked.book || asked.now - kept.madeAt >= minute) {
          kept = { book: asked.book, madeAt: asked.now, summary: summaryOf(context, asked.now) };
        }
        return {
          data: await kept.summary,
          meta: metaOf({ asked, methodology: "ticks: changes of state and price in 24 h", gpus: null }),
        };
      },
    );
  };
};
