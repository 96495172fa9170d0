import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { SourceHealth } from "../collect/collector.ts";
import type { Book, BookOffer, SourceState } from "../domain/book.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { isCurrentState } from "../domain/validity.ts";
import { AppError } from "../errors.ts";
import { readArchives } from "../store/read-archives.ts";
import { readRejects } from "../store/read-pulls.ts";
import { Type } from "../typebox.ts";
import { archiveParts, archiveRows, archiveSchema } from "./archives.ts";
import { type ApiContext, bookFor } from "./context.ts";
import { metaOf } from "./meta.ts";
import { answer, problems, time } from "./schema.ts";
import { sellerSchema, sellers } from "./sellers.ts";
import { sourceSchema } from "./source-schema.ts";

const iso = (at: Instant | null | undefined): string | null => (at == null ? null : formatInstant(at));

const statusOf = (
  { enabled, last }: SourceHealth,
  state: SourceState | undefined,
  now: Instant,
): "ok" | "stale" | "failing" | "disabled" | "waiting" => {
  if (!enabled) return "disabled";
  if (!last) return "waiting";
  if (last.status === "failed" || last.status === "empty") return "failing";
  return isCurrentState(state, now) ? "ok" : "stale";
};

const row = (health: SourceHealth, book: Book, live: number, now: Instant) => {
  const { source, last } = health;
  return {
    source: source.id,
    provider: source.provider,
    name: source.name,
    kind: source.kind as string,
    docs_url: source.docsUrl as string | null,
    enabled: health.enabled,
    why_disabled: health.why,
    experimental: source.experimental,
    legal_note: source.legalNote,
    needs: [...source.needs],
    wants: [...(source.wants ?? [])],
    every_minutes: source.everyMinutes,
    status: statusOf(health, book.sources.get(source.id), now),
    breaker_open: health.broken,
    last_pull_at: iso(last?.startedAt),
    last_ok_at: iso(last?.lastOkAt),
    data_at: iso(last?.lastGoodAt),
    age_s: last?.lastGoodAt == null ? null : Math.max(0, Math.round((now - last.lastGoodAt) / 1000)),
    next_pull_at: iso(health.nextAt),
    completeness: last?.status ?? null,
    offers: last?.offers ?? null,
    live,
    rejected: last?.rejects ?? null,
    rows_seen: last?.rowsSeen ?? null,
    dropped: last?.dropped ?? null,
    unknown_gpus: last?.unknownGpus ?? null,
    truncated: last?.status === "truncated",
    error: last?.note ?? null,
  };
};

/** Sources that only archives brought, by id: they never pull again. */
const imports = (book: Book, known: ReadonlySet<string>, live: ReadonlyMap<string, number>, now: Instant) =>
  [...book.sources.values()]
    .filter(({ source }) => !known.has(source))
    .sort((a, b) => (a.source < b.source ? -1 : 1))
    .map((state) => ({
      source: state.source,
      provider: archiveParts(state.source).provider as string | null,
      name: `Imported: ${archiveParts(state.source).provider}`,
      kind: "import",
      docs_url: null,
      enabled: false,
      why_disabled: "an archive is not pulled",
      experimental: false,
      legal_note: null,
      needs: [],
      wants: [],
      every_minutes: state.everyMinutes,
      status: isCurrentState(state, now) ? ("ok" as const) : ("stale" as const),
      breaker_open: false,
      last_pull_at: iso(state.lastGoodAt),
      last_ok_at: iso(state.lastGoodAt),
      data_at: iso(state.lastGoodAt),
      age_s: state.lastGoodAt === null ? null : Math.round((now - state.lastGoodAt) / 1000),
      next_pull_at: null,
      completeness: state.completeness,
      offers: null,
      live: live.get(state.source) ?? 0,
      rejected: null,
      rows_seen: null,
      dropped: null,
      unknown_gpus: null,
      truncated: state.completeness === "truncated",
      error: null,
    }));

const countBy = (offers: readonly BookOffer[], of: (offer: BookOffer) => string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const offer of offers) counts.set(of(offer), (counts.get(of(offer)) ?? 0) + 1);
  return counts;
};

/** A list of sources is as old as the oldest of them. */
const oldest = (sources: readonly { readonly age_s: number | null }[]): number | null =>
  sources.reduce<number | null>(
    (most, { age_s: age }) => (age === null ? most : Math.max(age, most ?? 0)),
    null,
  );

/** GET /v1/providers and the rejects of a source. */
export const providersEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const data = Type.Object({
      sources: Type.Array(sourceSchema),
      archives: Type.Array(archiveSchema),
      providers: Type.Array(sellerSchema),
    });
    app.get(
      "/v1/providers",
      { schema: { tags: ["sources"], response: { 200: answer(data), ...problems } } },
      async () => {
        const asked = await bookFor(context, {});
        const live = countBy(asked.book.offers, (offer) => offer.source);
        const health = context.health();
        const known = new Set(health.map(({ source }) => source.id));
        const rows = health.map((each) => row(each, asked.book, live.get(each.source.id) ?? 0, asked.now));
        const sources = [...rows, ...imports(asked.book, known, live, asked.now)];
        return {
          data: {
            sources,
            archives: archiveRows(await readArchives(context.tape.database), asked.book, live, asked.now),
            providers: sellers(context.reference, asked.book),
          },
          meta: metaOf({
            ...{ asked, methodology: "pulls: last run of each source", gpus: null },
            dataAgeS: oldest(sources.filter((each) => each.live > 0)),
          }),
        };
      },
    );

    const rejectSchema = Type.Object({
      pull_no: Type.Integer(),
      observed_at: time(),
      reason: Type.String(),
      raw: Type.String(),
    });
    app.get(
      "/v1/rejects",
      {
        schema: {
          tags: ["sources"],
          querystring: Type.Object(
            {
              source: Type.String({ minLength: 1 }),
              limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
            },
            { additionalProperties: false },
          ),
          response: { 200: answer(Type.Array(rejectSchema)), ...problems },
        },
      },
      async (request) => {
        const asked = await bookFor(context, {});
        const known = new Set([
          ...context.health().map(({ source }) => source.id),
          ...asked.book.sources.keys(),
        ]);
        if (!known.has(request.query.source)) {
          const list = [...known].sort();
          throw new AppError(
            "not_found",
            `source: there is no source "${request.query.source}"; there are ${list.join(", ")}`,
          );
        }
        const found = await readRejects(
          context.tape.database,
          request.query.source,
          request.query.limit ?? 100,
        );
        const rows = found.map((each) => ({
          pull_no: each.pullNo,
          observed_at: formatInstant(each.observedAt),
          reason: each.reason,
          raw: each.raw,
        }));
        return {
          data: rows,
          meta: metaOf({
            ...{ asked, methodology: "rejects of the source's last pull that had any" },
            ...{ gpus: null, took: [request.query.source] },
          }),
        };
      },
    );
  };
