import type { Answer } from "../ask.ts";
import { inputFlags } from "../input/flags.ts";
import { tableText } from "../table.ts";
import { boundsOf, estimateLine, section, sentences, told } from "./cells.ts";
import { fieldsOf, gpuFlag, purchaseFlag, type ReadCommand, type Row, times, withFooter } from "./command.ts";

const estimatorOf = ({ estimator, unit }: Row): string => `${estimator} (${unit})`;

const spreadCells = (row: Row, estimators: readonly string[]): Row => ({
  ...(row.gpu === undefined ? {} : { gpu: row.gpu }),
  kind: row.kind,
  name: row.name,
  level: told(row.level, null, "all"),
  base: told(row.base, null, "none"),
  value: told(row.value, row.reason),
  ...boundsOf(row),
  se: told(row.se, null, row.value == null ? "none" : "not known"),
  n: row.n,
  by: estimators.indexOf(estimatorOf(row)) + 1,
});

/** Estimators and units stand below the table, which they would make wider than any terminal; `by` is the number of one. */
const spreadsText = (answer: Answer): string => {
  const rows = answer.data as Row[];
  if (rows.length === 0) return withFooter(answer, "No spreads.");
  const estimators = [...new Set(rows.map(estimatorOf))];
  return withFooter(
    answer,
    tableText(rows.map((row) => spreadCells(row, estimators))),
    sentences(
      "By",
      estimators.map((estimator, i) => `${i + 1}: ${estimator}`),
    ),
  );
};

/** `gputape spreads` */
export const spreads: ReadCommand = {
  name: "spreads",
  summary: "what separates prices of one GPU: ask and bid, spot, provider, grade, power, tokens",
  flags: [
    gpuFlag,
    ["--kind <kind>", "bid_ask, spot_discount, basis, grade, power or token; default all"],
    ["--country <code>", "power: ISO 3166-1 alpha-2"],
    ["--model <name>", "token: part of the model's id"],
    ["--tokens-per-second-per-gpu <n>", "token: output tokens a GPU serves a second"],
    ...times,
    ...inputFlags,
  ],
  question: (options) => ({ path: "/v1/spreads", query: fieldsOf(options) }),
  overInput: async (options, tape) => (await import("../input/spreads.ts")).spreadsOverInput(options, tape),
  text: spreadsText,
};

const partCells = (part: Row): Row => ({
  part: part.part,
  now: told(part.now, part.reason),
  score: told(part.score, part.reason),
  days: part.days,
  unit: part.unit,
});

const scoreCells = (row: Row): Row => ({
  gpu: row.gpu,
  region: told(row.region, null, "all"),
  purchase: row.purchase,
  score: told(row.score, row.reason),
  ...boundsOf({ ...row, value: row.score }),
  "parts known": (row.parts as Row[]).filter(({ score }) => score != null).length,
});

const tightnessText = (answer: Answer): string => {
  const data = answer.data as Row | Row[];
  if (Array.isArray(data))
    return withFooter(answer, data.length === 0 ? "No GPUs." : tableText(data.map(scoreCells)));
  const {
    parts,
    history,
    leads_price: leads,
  } = data as Readonly<Record<string, Row[]>> & {
    leads_price: Row;
  };
  return withFooter(
    answer,
    tableText([scoreCells(data)]),
    section("Parts", (parts ?? []).map(partCells), "none"),
    section("History", (history ?? []).slice(-14), "none"),
    estimateLine("leads the price", leads),
    String(leads.says ?? ""),
  );
};

/** `gputape tightness` */
export const tightness: ReadCommand = {
  name: "tightness",
  summary: "how short a GPU is, from what is free, sold out and gone soon, and whether that leads its price",
  flags: [
    ["--gpu <gpu>", "default: one row a GPU, the tightest first"],
    ["--region <region>", "region; default all"],
    purchaseFlag,
    ...times,
  ],
  question: (options) => ({ path: "/v1/tightness", query: fieldsOf(options) }),
  text: tightnessText,
};
