import { ageText } from "../../domain/age-text.ts";
import type { Answer } from "../ask.ts";
import { tableText } from "../table.ts";
import { sentences } from "./cells.ts";
import { fieldsOf, type ReadCommand, type Row, times, withFooter } from "./command.ts";

const offersText = (answer: Answer): string => {
  const rows = (answer.data as Row[]).map((row) => ({
    gpu: row.gpu,
    provider: row.provider,
    region: row.region,
    purchase: row.purchase,
    gpus: row.gpu_count,
    "usd/gpu-h": row.usd_per_gpu_hour,
    "usd/h": row.usd_per_hour,
    free: row.available_gpus,
    age: ageText(row.age_s as number),
    executable: row.executable ? "yes" : "no",
    listing: row.listing_id,
  }));
  const empty =
    "No offers. Start collecting with `gputape start`, or read a file with `gputape import FILE`.";
  return withFooter(answer, rows.length === 0 ? empty : tableText(rows));
};

const sum = (counts: Readonly<Record<string, number>> | null): number | null =>
  counts && Object.values(counts).reduce((total, n) => total + n, 0);

const providersText = (answer: Answer): string => {
  const { sources: all, archives } = answer.data as { sources: Row[]; archives: Row[] };
  const sources = all.filter(({ kind }) => kind !== "import");
  const rows = sources.map((row) => ({
    source: row.source,
    status: row.status,
    age: ageText(row.age_s as number),
    every: ageText(Number(row.every_minutes) * 60),
    live: row.live,
    seen: row.rows_seen,
    rejected: row.rejected,
    dropped: sum(row.dropped as Readonly<Record<string, number>> | null),
    needs: (row.needs as string[]).join(" "),
  }));
  const notes = sources.flatMap(({ source, error, why_disabled: why }) => {
    const note = error ?? why;
    return note == null ? [] : [`${source}: ${note}`];
  });
  return withFooter(answer, tableText(rows), archivesText(archives), sentences("Notes", notes));
};

/** Archives by data set; a file of many providers is one row. */
const archivesText = (archives: readonly Row[]): string =>
  archives.length === 0
    ? ""
    : `\nArchives\n${tableText(
        archives.map((row) => ({
          "data set": row.dataset,
          status: row.status,
          age: ageText(row.age_s as number),
          from: String(row.first_at).slice(0, 10),
          to: String(row.data_at).slice(0, 10),
          providers: (row.providers as string[]).length,
          pulls: row.pulls,
          live: row.live,
        })),
      )}`;

export const offers: ReadCommand = {
  name: "offers",
  summary: "the book: what can be rented, cheapest first",
  flags: [
    ["--gpu <gpu>", "GPU id, family or any known name"],
    ["--purchase <purchase>", "on_demand, spot or reserved"],
    ["--provider <id>", "who sells"],
    ["--region <region>", "region as the venue writes it"],
    ["--country <code>", "ISO 3166-1 alpha-2"],
    ["--jurisdiction <code>", "country of the operator's parent, EU or EEA"],
    ["--tier <tier>", "secure or community"],
    ["--min-gpus <n>", "GPUs that can be rented together"],
    ["--max-usd-per-gpu-hour <usd>", "price cap"],
    ["--min-reliability <share>", "0 to 1"],
    ["--min-vram-gib <gib>", "memory of one GPU"],
    ["--executable-only", "only what can be ordered now"],
    ["--sort <key>", "usd_per_gpu_hour, usd_per_hour, usd_per_pflop_hour, ..."],
    ["--order <order>", "asc or desc"],
    ["--limit <n>", "rows; default 100"],
    ["--cursor <cursor>", "next page"],
    ...times,
  ],
  question: (options) => ({ path: "/v1/offers", query: fieldsOf(options) }),
  text: offersText,
};

export const providers: ReadCommand = {
  name: "providers",
  summary: "each source: on or off and why, how old, what went wrong",
  flags: [],
  question: () => ({ path: "/v1/providers" }),
  text: providersText,
};
