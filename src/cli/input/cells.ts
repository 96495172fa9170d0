import type { Offer } from "../../domain/offer.ts";
import { type Purchase, purchases } from "../../domain/purchase.ts";
import { formatInstant, type Instant, parseInstant } from "../../domain/time.ts";
import type { Reference } from "../../reference.ts";
import type { Answer } from "../ask.ts";
import type { Options } from "../reads/command.ts";
import { type LeftOut, leftOut, notesOf } from "./left-out.ts";
import type { InputTape } from "./tape.ts";

/** A GPU and the purchase that is asked of it. */
export interface Cell {
  readonly gpu: string;
  readonly ids: ReadonlySet<string>;
  readonly purchase: Purchase;
}

export type InputAnswerer = Pick<InputTape, "bookAt" | "listings" | "result">;

/** Ids of the GPUs that the files show, in order. */
export const gpusIn = (listings: readonly Offer[]): string[] =>
  [...new Set(listings.map(({ gpu }) => gpu))].sort();

/** The market time of an answer: `--at`, else the last pull of the files. */
export const instantOf = ({ at }: Options, { times }: InputTape): Instant =>
  at === undefined ? times.at(-1)! : parseInstant(String(at), "--at");

/** The cells that a command asks: the named GPU, else all of the files; each with the purchase that it has. */
export const cellsOf = (options: Options, { listings, reference }: InputTape): Cell[] => {
  const names = options.gpu === undefined ? gpusIn(listings) : [String(options.gpu)];
  return names.map((name) => {
    const gpu = reference.gpus.find(name)?.id ?? name;
    const ids = idsOf(reference, gpu);
    return { gpu, ids, purchase: purchaseOf(options, listings, ids) };
  });
};

const idsOf = ({ gpus }: Reference, gpu: string): ReadonlySet<string> =>
  new Set(gpus.byId.has(gpu) ? gpus.membersOf(gpu) : [gpu]);

/** As said, else on demand, else what the files have: a file of spot prices is asked about spot. */
const purchaseOf = (
  { purchase }: Options,
  listings: readonly Offer[],
  ids: ReadonlySet<string>,
): Purchase => {
  if (purchase !== undefined) return purchase as Purchase;
  const had = new Set(listings.filter(({ gpu }) => ids.has(gpu)).map((offer) => offer.purchase));
  return purchases.find((each) => had.has(each)) ?? "on_demand";
};

/** The cells a command asked, the instant, and whether the answer is an index, which leaves out more. */
export interface AskedCells {
  readonly cells: readonly Cell[];
  readonly at: Instant;
  readonly isIndex?: boolean;
}

/** What was read and what of it the answer leaves out, as `meta.input`. */
export const inputMeta = async (
  tape: InputTape,
  { cells, at, isIndex = false }: AskedCells,
): Promise<Record<string, unknown>> => {
  const left: LeftOut = await leftOut(tape, { cells, at, isIndex });
  const known = gpusIn(tape.listings);
  const missing = cells.filter(({ ids }) => !tape.listings.some(({ gpu }) => ids.has(gpu)));
  const hint = missing.map(({ gpu }) => `There is no ${gpu} in the file; it has ${known.join(", ")}`);
  return {
    files: [tape.result],
    at: formatInstant(at),
    left_out: left,
    notes: [...notesOf(tape.result, left), ...hint],
  };
};

/** One answer with what was read beside its own meta. */
export const withInput = ({ data, meta }: Answer, input: Readonly<Record<string, unknown>>): Answer => ({
  data,
  meta: { ...meta, input },
});
