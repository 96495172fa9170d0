import { ageText } from "../../domain/age-text.ts";
import { badInput } from "../../errors.ts";
import type { Answer, Ask, Question } from "../ask.ts";
import { fieldOf, flagOf } from "../flag-name.ts";
import type { InputTape } from "../input/tape.ts";
import type { Progress } from "../progress.ts";

export type Row = Readonly<Record<string, unknown>>;
export type Options = Readonly<Record<string, unknown>>;
export type Flag = readonly [flags: string, help: string];

/** A command that asks one endpoint and prints its answer. */
export interface ReadCommand {
  readonly name: string;
  /** The command that it is a part of: `verify` in `verify index`. */
  readonly group?: string;
  readonly summary: string;
  /** A word after the name; it is among the options as `kind`. */
  readonly argument?: Flag;
  /** Commander's flags with their help; camel-cased flag names become query fields in snake case. */
  readonly flags: readonly Flag[];
  readonly question: (options: Options) => Question;
  /** Asks for a long answer in parts, with its progress; default one question. */
  readonly gather?: (ask: Ask, question: Question, progress: Progress) => Promise<Answer>;
  /** Answers from files in place of a tape (`--input`). */
  readonly overInput?: (options: Options, tape: InputTape) => Promise<Answer>;
  readonly text: (answer: Answer) => string;
  /** Whether the answer is bad news, for which the program exits with 1. */
  readonly failed?: (answer: Answer) => boolean;
}

/** Options as fields of a query or body: numbers and true are read as such. */
export const fieldsOf = (options: Options, drop: readonly string[] = []): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options)
      .filter(([name, value]) => value !== undefined && !drop.includes(name))
      .map(([name, value]) => [fieldOf(name), value]),
  );

/** Market and knowledge time, which every read takes. */
export const times: readonly Flag[] = [
  ["--at <time>", "market time; default now"],
  ["--as-of <time>", "knowledge time; default now"],
];

export const gpuFlag: Flag = ["--gpu <gpu>", "GPU id, family or any known name (required)"];
export const purchaseFlag: Flag = ["--purchase <purchase>", "on_demand, spot or reserved"];

/** A flag's value as text. Throws `bad_input` naming the flag where it is missing. */
export const required = (options: Options, name: string): string => {
  const value = options[name];
  if (typeof value !== "string" || value.trim() === "") throw badInput(flagOf(name), "is missing");
  return value;
};

export const methodologyFlag: Flag = [
  "--methodology <version>",
  "1 or 2 throughout; default the version that an instant was first published under",
];

export const priceMethod: Flag = ["--method <method>", "weighted_median or votes"];

/** Where the record of an index changes its methodology; empty where it does not. */
export const changeLine = ({ meta }: Answer): string => {
  const change = meta.methodology_change as Row | undefined;
  return change === undefined
    ? ""
    : `Published under ${change.from} up to ${change.last_at}, under ${change.to} since; --methodology takes one throughout`;
};

const footer = ({ meta }: Answer): string => {
  const completeness =
    meta.completeness == null ? "unknown" : `${Math.round(Number(meta.completeness) * 100)} %`;
  return `at ${meta.at}; oldest input ${ageText(meta.data_age_s as number | null)} old; completeness ${completeness}; ${meta.methodology}`;
};

/** Parts of an answer in words, what was read from files, and its times and method. Empty parts are left out. */
export const withFooter = (answer: Answer, ...parts: readonly string[]): string =>
  [...parts.filter((part) => part !== ""), "", ...notesOf(answer), footer(answer)].join("\n");

const notesOf = ({ meta }: Answer): readonly string[] => {
  const input = meta.input as { notes?: readonly string[] } | undefined;
  return input?.notes ?? [];
};
