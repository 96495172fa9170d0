import type { Answer } from "../ask.ts";
import type { Options } from "../reads/command.ts";
import { type Cell, cellsOf, instantOf } from "./cells.ts";
import { rowsOverInput } from "./index-over-input.ts";
import type { InputTape } from "./tape.ts";

/** `gputape spreads --input`: the spreads of the GPU that is named, else of every GPU of the files. */
export const spreadsOverInput = async (options: Options, tape: InputTape): Promise<Answer> => {
  const at = instantOf(options, tape);
  const fields = ({ gpu }: Cell): Options => ({ ...options, gpu });
  const label = ({ gpu }: Cell): object => ({ gpu });
  return rowsOverInput(tape, "/v1/spreads", cellsOf(options, tape), fields, at, label);
};
