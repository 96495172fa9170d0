import type { Answer } from "../ask.ts";
import { inputFlags } from "../input/flags.ts";
import { tableText } from "../table.ts";
import { boundsOf, told } from "./cells.ts";
import {
  changeLine,
  type Flag,
  fieldsOf,
  gpuFlag,
  methodologyFlag,
  purchaseFlag,
  type ReadCommand,
  type Row,
  times,
  withFooter,
} from "./command.ts";

const methodFlag: Flag = ["--method <method>", "weighted_median (default), votes or hedonic"];

const indexCells = (row: Row): Row => ({
  at: row.at,
  gpu: row.gpu,
  purchase: row.purchase,
  value: told(row.value, row.reason),
  ...boundsOf(row),
  n_providers: row.n_providers,
  n_listings: row.n_listings,
  n_machines: row.n_machines,
  top_share: row.top_provider_share,
  excluded: row.excluded,
  vintage: row.vintage,
  ...(row.published_at == null
    ? {}
    : { published_at: row.published_at, digest: String(row.digest).slice(0, 12) }),
});

const indexText = (answer: Answer): string => {
  const rows = answer.data as Row[];
  const last = rows.length === 1 ? (rows[0]!.last as { at: string; value: number } | null) : null;
  const isMixed = new Set(rows.map(({ methodology }) => methodology)).size > 1;
  const cells = (row: Row): Row => ({
    ...indexCells(row),
    ...(isMixed ? { methodology: row.methodology } : {}),
  });
  const table = rows.length === 0 ? "No values in this span." : tableText(rows.map(cells));
  return withFooter(
    answer,
    table,
    last ? `Last value: ${last.value.toPrecision(4)} at ${last.at}` : "",
    rows[0] ? `unit: ${rows[0].unit}` : "",
    changeLine(answer),
  );
};

/** `gputape index` */
export const index: ReadCommand = {
  name: "index",
  summary: "the price of a GPU-hour with its interval, now or over a span",
  flags: [
    gpuFlag,
    purchaseFlag,
    methodFlag,
    ["--from <time>", "start of a series"],
    ["--to <time>", "end of a series"],
    ["--interval <interval>", "1h, 6h, 1d or 1w"],
    methodologyFlag,
    ["--vintage <vintage>", "what was published: provisional, final or revised"],
    ...times,
    ...inputFlags,
  ],
  question: (options) => ({ path: "/v1/index", query: fieldsOf(options) }),
  overInput: async (options, tape) =>
    (await import("../input/index-over-input.ts")).indexOverInput(options, tape),
  text: indexText,
};
