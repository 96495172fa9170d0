import type { Answer } from "../ask.ts";
import { tableText } from "../table.ts";
import { countsLine, section, told } from "./cells.ts";
import {
  changeLine,
  fieldsOf,
  gpuFlag,
  methodologyFlag,
  priceMethod,
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
    ({ vintage, published_at: at, value, digest, seq, hash, methodology }) =>
      `Published ${vintage} at ${at} under ${methodology}: ${told(value, null, "no value")}, digest ${digest}; record ${seq}, hash ${hash}`,
  );
  return withFooter(
    answer,
    `${data.gpu} ${data.purchase}, ${data.method}: ${told(data.value, data.reason)}`,
    section("Receipts", (data.receipts as Row[]).map(receiptRow), "none"),
    section("Who moves it", (data.leverage as Row[]).map(leverageRow), "nobody"),
    countsLine("Left out", data.excluded),
    `digest ${data.digest}, under ${data.methodology}`,
    ...published,
    changeLine(answer),
  );
};

/** `gputape receipts` */
export const receipts: ReadCommand = {
  name: "receipts",
  summary: "every price behind a value of the index, and who moves it",
  flags: [gpuFlag, purchaseFlag, priceMethod, methodologyFlag, ...times],
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
  const by = `Hours by ${(data.methodologies as string[]).join(", then ")}`;
  return withFooter(answer, tableText([row]), by, changeLine(answer));
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
    methodologyFlag,
    ...times,
  ],
  question: (options) => ({
    path: pathOf(required(options, "gpu"), "settlement"),
    query: fieldsOf(options, ["gpu"]),
  }),
  text: settlementText,
};
