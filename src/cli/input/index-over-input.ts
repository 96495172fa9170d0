import { formatInstant, type Instant } from "../../domain/time.ts";
import { badInput } from "../../errors.ts";
import type { Answer } from "../ask.ts";
import { fieldsOf, type Options } from "../reads/command.ts";
import { type Cell, cellsOf, inputMeta, instantOf } from "./cells.ts";
import type { InputTape } from "./tape.ts";

/** Meta of an answer about several GPUs: that of the whole book, with the method of the answers. */
const wholeMeta = async (
  tape: InputTape,
  at: Instant,
  answers: readonly Answer[],
): Promise<Answer["meta"]> => {
  const first = answers[0]!.meta;
  if (answers.length === 1) return first;
  const { meta } = await tape.ask({ path: "/v1/offers", query: { limit: 1, at: formatInstant(at) } });
  const { next_cursor: _, ...whole } = meta;
  return { ...whole, as_of: first.as_of, methodology: first.methodology };
};

/** Asks an endpoint that answers in rows about each cell; `label` may add to the rows of a cell. */
export const rowsOverInput = async (
  tape: InputTape,
  path: string,
  cells: readonly Cell[],
  fields: (cell: Cell) => Options,
  at: Instant,
  label: (cell: Cell) => object = () => ({}),
): Promise<Answer> => {
  const answers: Answer[] = [];
  const rows: object[] = [];
  for (const [i, cell] of cells.entries()) {
    tape.progress(i, cells.length, cell.gpu);
    const answer = await tape.ask({ path, query: fieldsOf({ ...fields(cell), at: formatInstant(at) }) });
    answers.push(answer);
    rows.push(...(answer.data as object[]).map((row) => ({ ...label(cell), ...row })));
  }
  tape.progress(cells.length, cells.length, "done");
  const meta = await wholeMeta(tape, at, answers);
  const isIndex = path === "/v1/index";
  return { data: rows, meta: { ...meta, input: await inputMeta(tape, { cells, at, isIndex }) } };
};

/** `gputape index --input`: a row for the GPU that is named, else for every GPU of the files. */
export const indexOverInput = async (options: Options, tape: InputTape): Promise<Answer> => {
  if (options.vintage !== undefined)
    throw badInput("--vintage", "a file has no record of what was published; leave it out");
  const at = instantOf(options, tape);
  const cells = cellsOf(options, tape);
  const fields = ({ gpu, purchase }: Cell): Options => ({ ...options, gpu, purchase });
  return rowsOverInput(tape, "/v1/index", cells, fields, at);
};
