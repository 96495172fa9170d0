import type { Book } from "../domain/book.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { isCurrentState } from "../domain/validity.ts";
import { groupBy } from "../models/group-by.ts";
import type { ArchiveSource } from "../store/read-archives.ts";
import { Type } from "../typebox.ts";
import { number, oneOf, time } from "./schema.ts";

/** One row a data set that was read in, whatever the number of providers in it. */
export const archiveSchema = Type.Object({
  dataset: Type.String({ description: "As its rows name it; else the file; else the source" }),
  sources: Type.Array(Type.String(), { description: "Source ids, one a provider" }),
  providers: Type.Array(Type.String()),
  status: oneOf(["ok", "stale"], "ok: some of it is current by its own cadence, 7 days at most"),
  live: Type.Integer({ description: "Its listings in the book" }),
  pulls: Type.Integer(),
  first_at: time("Market time of the first that it shows"),
  data_at: time("Market time of the last that it shows"),
  age_s: number("Seconds since data_at"),
});

/** The parts of the id of an archive's source: `import/<provider>@<dataset>`. */
export const archiveParts = (
  source: string,
): { readonly provider: string; readonly dataset: string | null } => {
  const [provider, dataset] = source.replace("import/", "").split("@");
  return { provider: provider!, dataset: dataset || null };
};

/** Archives by data set, the newest first, ties by name; none gives none. */
export const archiveRows = (
  archives: readonly ArchiveSource[],
  book: Book,
  live: ReadonlyMap<string, number>,
  now: Instant,
) => {
  const nameOf = ({ source, file }: ArchiveSource): string => archiveParts(source).dataset ?? file ?? source;
  return [...groupBy(archives, nameOf)]
    .map(([dataset, parts]) => {
      const lastAt = Math.max(...parts.map((part) => part.lastAt));
      const sources = parts.map(({ source }) => source);
      return {
        dataset,
        sources,
        providers: [...new Set(sources.map((source) => archiveParts(source).provider))].sort(),
        status: sources.some((source) => isCurrentState(book.sources.get(source), now))
          ? ("ok" as const)
          : ("stale" as const),
        live: sources.reduce((sum, source) => sum + (live.get(source) ?? 0), 0),
        pulls: parts.reduce((sum, { pulls }) => sum + pulls, 0),
        first_at: formatInstant(Math.min(...parts.map(({ firstAt }) => firstAt))),
        data_at: formatInstant(lastAt),
        age_s: Math.max(0, Math.round((now - lastAt) / 1000)),
      };
    })
    .sort((a, b) =>
      a.data_at === b.data_at ? (a.dataset < b.dataset ? -1 : 1) : a.data_at < b.data_at ? 1 : -1,
    );
};
