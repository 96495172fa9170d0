import type { Answer } from "../ask.ts";
import { inputFlags } from "../input/flags.ts";
import { fieldsOf, gpuFlag, purchaseFlag, type ReadCommand, type Row, required, times } from "./command.ts";
import { curveKind, flagsOf, kinds } from "./curve-kind.ts";
import { demandText, forwardText, snapshotsText, supplyText } from "./curve-text.ts";

const curveText = (answer: Answer): string => {
  const data = answer.data as Row | Row[];
  if (Array.isArray(data)) return snapshotsText(answer);
  if ("tenors" in data) return forwardText(answer);
  return "equilibrium" in data ? demandText(answer) : supplyText(answer);
};

/** `gputape curve` */
export const curve: ReadCommand = {
  name: "curve",
  summary: "what is offered at which price, how demand follows the price, what later months cost",
  argument: ["[kind]", "supply (default), demand or forward"],
  flags: [
    gpuFlag,
    purchaseFlag,
    ...kinds.flatMap((kind) => flagsOf[kind]),
    ...times,
    ...inputFlags,
    ["--snapshots", "with --input: one curve for every pull time of the file"],
  ],
  question: (options) => ({
    path: `/v1/curves/${curveKind(options)}`,
    query: { gpu: required(options, "gpu"), ...fieldsOf(options, ["kind"]) },
  }),
  overInput: async (options, tape) => (await import("../input/curve.ts")).curveOverInput(options, tape),
  text: curveText,
};
