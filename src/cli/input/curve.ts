import { formatInstant, type Instant } from "../../domain/time.ts";
import { badInput } from "../../errors.ts";
import type { Answer } from "../ask.ts";
import { fieldsOf, type Options } from "../reads/command.ts";
import { curveKind } from "../reads/curve-kind.ts";
import { cellsOf, gpusIn, inputMeta, instantOf, withInput } from "./cells.ts";
import type { InputTape } from "./tape.ts";

/** `gputape curve --input`: one curve, or with `--snapshots` one for every pull time of the files. */
export const curveOverInput = async (options: Options, tape: InputTape): Promise<Answer> => {
  const kind = curveKind(options);
  const { snapshots, kind: _, ...flags } = options;
  if (flags.gpu === undefined) {
    const gpus = gpusIn(tape.listings);
    throw badInput("--gpu", `is missing; the file has ${gpus.join(", ")}`, gpus);
  }
  const cells = cellsOf(flags, tape);
  const [{ gpu, purchase }] = cells as [(typeof cells)[number]];
  const named = kind === "forward" ? { ...flags, gpu } : { ...flags, gpu, purchase };
  const askAt = (at: Instant): Promise<Answer> =>
    tape.ask({ path: `/v1/curves/${kind}`, query: fieldsOf({ ...named, at: formatInstant(at) }) });
  if (snapshots === undefined) {
    const at = instantOf(options, tape);
    return withInput(await askAt(at), await inputMeta(tape, { cells, at }));
  }
  checkSnapshots(kind, options);
  return withInput(
    await everySnapshot(tape, askAt),
    await inputMeta(tape, { cells, at: tape.times.at(-1)! }),
  );
};

const checkSnapshots = (kind: string, { at }: Options): void => {
  if (kind !== "supply") throw badInput("--snapshots", "is of `curve supply`");
  if (at !== undefined) throw badInput("--at", "is one time, and --snapshots answers all of them; drop one");
};

/** The curve at every pull time, oldest first, each with its time and how complete it was; meta is of the last. */
const everySnapshot = async (tape: InputTape, askAt: (at: Instant) => Promise<Answer>): Promise<Answer> => {
  const rows: object[] = [];
  let meta: Answer["meta"] = {};
  for (const [i, at] of tape.times.entries()) {
    tape.progress(i, tape.times.length, formatInstant(at));
    const answer = await askAt(at);
    meta = answer.meta;
    rows.push({ at: formatInstant(at), completeness: meta.completeness, ...(answer.data as object) });
  }
  tape.progress(tape.times.length, tape.times.length, "done");
  return { data: rows, meta };
};
