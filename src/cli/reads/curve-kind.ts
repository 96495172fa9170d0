import { badInput } from "../../errors.ts";
import { flagIn, optionOf } from "../flag-name.ts";
import type { Flag, Options } from "./command.ts";

export const kinds = ["supply", "demand", "forward"] as const;
type Kind = (typeof kinds)[number];

/** Flags that one kind of curve has alone. */
export const flagsOf: Readonly<Record<Kind, readonly Flag[]>> = {
  supply: [["--gpus <n>", "supply: what buying so many GPUs costs"]],
  demand: [
    ["--shock-supply <share>", "demand: so much more supply at every price; 0.2 is 20 %"],
    ["--shock-demand <share>", "demand: so much more demand at every price"],
    ["--elasticity <e>", "demand: assume this elasticity in place of the estimate"],
  ],
  forward: [["--rate <share>", "forward: cost of capital a year; 0.12 is 12 %"]],
};

/** The kind of curve that is asked for. Throws `bad_input` for none of them and for a flag of another kind. */
export const curveKind = (options: Options): Kind => {
  const kind = kinds.find((each) => each === (options.kind ?? "supply"));
  if (kind === undefined) throw badInput("curve", `"${options.kind}" is none of ${kinds.join(", ")}`, kinds);
  const foreign = kinds.filter((each) => each !== kind);
  for (const other of foreign) {
    const lost = flagsOf[other].find((flag) => options[optionOf(flagIn(flag))] !== undefined);
    if (lost) throw badInput(flagIn(lost), `is a flag of \`curve ${other}\``);
  }
  if (kind === "forward" && options.purchase !== undefined)
    throw badInput("--purchase", "is no flag of `curve forward`, which is of reserved terms");
  return kind;
};
