import type { Answer } from "../ask.ts";
import { tableText } from "../table.ts";
import { countsLine, section, told } from "./cells.ts";
import {
  type Flag,
  fieldsOf,
  gpuFlag,
  purchaseFlag,
  type ReadCommand,
  type Row,
  required,
  times,
  withFooter,
} from "./command.ts";

const pathOf = (gpu: string, part: string): string => `/v1/index/${encodeURIComponent(gpu)}/${part}`;

const receiptRow = (row: Row): Row => ({
  provider: row.provider,
  "usd/gpu-h": row.usd_per_gpu_hour,
  listings: row.listings,
  gpus: row.gpus,
  weight: row.weight,
  status: row.status,
  ...(row.deviation == null ? {} : { deviation: row.deviation }),
});

const leverageRow = (row: Row): Row => ({
  provider: row.provider,
  gpus: row.gpus,
  "index without it": told(row.without, null, "none"),
  change: told(row.change, null, "none"),
});

const receiptsText = (answer: Answer): string => {
  const data = answer.data as Row;
  const published = (data.published as Row[]).map(
    ({ vintage, published_at: at, value, digest }) =>
      `Published ${vintage} at ${at}: ${told(value, null, "no value")}, digest ${digest}`,
  );
  return withFooter(
    answer,
    `${data.gpu} ${data.purchase}, ${data.method}: ${told(data.value, data.reason)}`,
    section("Receipts", (data.receipts as Row[]).map(receiptRow), "none"),
    section("Who moves it", (data.leverage as Row[]).map(leverageRow), "nobody"),
    countsLine("Left out", data.excluded),
    `digest ${data.digest}`,
    ...published,
  );
};

const priceMethod: Flag = ["--method <method>", "weighted_median or votes"];

/** `gputape receipts` */
export const receipts: ReadCommand = {
  name: "receipts",
  summary: "every price behind a value of the index, and who moves it",
  flags: [gpuFlag, purchaseFlag, priceMethod, ...times],
  question: (options) => ({
    path: pathOf(required(options, "gpu"), "receipts"),
    query: fieldsOf(options, ["gpu"]),
  }),
  text: receiptsText,
};

const settlementText = (answer: Answer): string => {
  const data = answer.data as Row;
  const row = {
    ...{ gpu: data.gpu, purchase: data.purchase, method: data.method, from: data.from, to: data.to },
    rate: told(data.rate, data.reason),
    status: told(data.status, data.reason),
    ...{ coverage: data.coverage, hours: data.expected, observed: data.observed, filled: data.filled },
  };
  return withFooter(answer, tableText([row]));
};

/** `gputape settlement` */
export const settlement: ReadCommand = {
  name: "settlement",
  summary: "the rate a period settles at, with its coverage",
  flags: [
    gpuFlag,
    ["--from <time>", "start of the period, a full hour (required)"],
    ["--to <time>", "end of the period, not included (required)"],
    purchaseFlag,
    priceMethod,
    ...times,
  ],
  question: (options) => ({
    path: pathOf(required(options, "gpu"), "settlement"),
    query: fieldsOf(options, ["gpu"]),
  }),
  text: settlementText,
};

const verdictLine = (row: Row): string =>
  `${row.verdict} ${row.gpu} ${row.purchase} ${row.method} ${row.at} ${row.vintage}: ` +
  `published ${told(row.value, null, "no value")}, computed ${told(row.recomputed, null, "no value")}` +
  (row.why == null ? "" : ` (${row.why})`);

const isMismatched = ({ data }: Answer): boolean => {
  const { checked, matched } = data as { checked: number; matched: number };
  return matched !== checked;
};

const verificationText = (answer: Answer): string => {
  const { checked, matched, values } = answer.data as { checked: number; matched: number; values: Row[] };
  const sum =
    checked === 0
      ? "Nothing was published in this span, so nothing was checked."
      : `${checked} values checked: ${matched} MATCH, ${checked - matched} MISMATCH`;
  return withFooter(answer, ...values.map(verdictLine), sum);
};

/** `gputape verify index` */
export const verifyIndex: ReadCommand = {
  name: "index",
  group: "verify",
  summary: "compute published values of the index again from their receipts; exit code 1 where one differs",
  flags: [
    ["--gpu <gpu>", "default all"],
    priceMethod,
    ["--from <time>", "default the first instant published"],
    ["--to <time>", "default the last"],
    ["--all", "print what matches too"],
    ...times,
  ],
  question: (options) => ({ path: "/v1/index/verification", query: fieldsOf(options) }),
  text: verificationText,
  failed: isMismatched,
};
