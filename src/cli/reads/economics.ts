import type { Answer } from "../ask.ts";
import { tableText } from "../table.ts";
import { bodyOf } from "./body.ts";
import { estimateCells, sentences, told } from "./cells.ts";
import { fieldsOf, gpuFlag, purchaseFlag, type ReadCommand, type Row, times, withFooter } from "./command.ts";

const ownCells = (row: Row): Row => ({
  gpu: row.gpu,
  ...estimateCells("index", row.index as Row),
  floor: told(row.floor, row.reason),
  avoidable: told(row.avoidable, row.reason),
  margin: told((row.margin as Row).value, (row.margin as Row).reason),
  "pays its power":
    row.earns_power == null ? told(null, (row.index as Row).reason) : row.earns_power ? "yes" : "no",
  "age years": told(row.age_years, null),
  "worth now": told(row.residual_now_usd, row.reason),
});

const inputsText = ({ inputs }: Row): string =>
  ["Inputs", ...Object.entries(inputs as Row).map(([name, value]) => `  ${name}: ${words(value)}`)].join(
    "\n",
  );

const words = (value: unknown): string =>
  value == null
    ? "not told"
    : Array.isArray(value)
      ? value.length === 0
        ? "none"
        : JSON.stringify(value)
      : String(value);

const economicsText = (answer: Answer): string => {
  const rows = answer.data as Row[];
  const table =
    rows.length === 0 ? "No card is offered, so there is none to look at." : tableText(rows.map(ownCells));
  return withFooter(answer, table, rows.length === 1 ? inputsText(rows[0]!) : "");
};

/** `gputape economics` */
export const economics: ReadCommand = {
  name: "economics",
  summary: "what owning a GPU costs, what it is worth by age, and whether its price pays for it",
  flags: [
    ["--gpu <gpu>", "default all that are offered; a family gives a row for each card"],
    purchaseFlag,
    ["--country <code>", "price of power: ISO 3166-1 alpha-2; default US"],
    ["--usd-per-kwh <usd>", "price of power in place of the country's"],
    ["--pue <ratio>", "power of the site over that of the machines"],
    ["--capex-usd <usd>", "price when new; needs --gpu"],
    ["--residual-usd <usd>", "value at the end of the years; needs --gpu"],
    ["--years <years>", "years over which it is paid off"],
    ["--annual-rate <share>", "cost of capital; 0.12 is 12 %"],
    ["--utilisation <share>", "share of hours rented out"],
    ["--opex-usd-per-gpu-hour <usd>", "other costs per rented GPU-hour"],
    ["--kilowatts <kw>", "draw with its part of the host; needs --gpu"],
    ["--decay-per-year <rate>", "continuous loss of value a year"],
    ["--launch-drop <share>", "value that a later generation takes away"],
    ...times,
  ],
  question: (options) => ({ path: "/v1/economics", query: fieldsOf(options) }),
  text: economicsText,
};

const commitText = (answer: Answer): string => {
  const data = answer.data as Row;
  const npv = data.npv as Row;
  const even = data.break_even as Row;
  const row = {
    decision: told(data.decision, null, "undecided"),
    ...estimateCells("npv usd", npv),
    "p undercut": told(data.p_undercut, npv.reason),
    "even usd/gpu-h": told(even.usd_per_gpu_hour, npv.reason),
    "even utilisation": told(even.utilisation, npv.reason),
    "5 % usd": told(data.low_outcome_usd, npv.reason),
    "95 % usd": told(data.high_outcome_usd, npv.reason),
  };
  return withFooter(answer, tableText([row]), sentences("Why", data.why));
};

/** `gputape commit` */
export const commit: ReadCommand = {
  name: "commit",
  summary: "a contract for some months against buying the same hours as one goes",
  flags: [
    gpuFlag,
    ["--gpus <n>", "how many (required)"],
    ["--months <n>", "how long (required)"],
    ["--usd-per-gpu-hour <usd>", "contract price (required)"],
    ["--market-usd-per-gpu-hour <usd>", "what the same hours cost on the market now; default the index"],
    ["--upfront-share <share>", "part of it all paid at the start; default 0"],
    ["--rate <share>", "cost of capital a year; default 0.12"],
    ["--utilisation <share>", "part of the hours that would be bought otherwise; default 1"],
    ["--purchase <purchase>", "what it is held against: on_demand (default) or spot"],
    ["--seed <n>", "decides the paths; default 1"],
  ],
  question: (options) => ({ path: "/v1/commitments", body: bodyOf(options) }),
  text: commitText,
};
