import { AppError, badInput } from "../errors.ts";
import { translate } from "./database.ts";

/** An error with the file that was read. */
const ofFile = (file: string, cause: unknown): Error =>
  Object.assign(new Error(textOf(cause), { cause }), { file });

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Reads a file; an error of the engine names it. */
export const naming = async <T>(file: string, read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    throw error instanceof AppError ? error : ofFile(file, error);
  }
};

/** What the engine's words mean to who has the file. */
const causes: readonly (readonly [sign: RegExp, cause: string])[] = [
  [/state machine/, "its lines end in different ways; write them all alike"],
  [
    /out of memory|maximum_object_size/i,
    "it takes more memory than there is; write its rows as lines (.jsonl)",
  ],
  [/unicode|utf-?8/i, "it is not UTF-8; write it in UTF-8"],
];

/** An error of an import as the project's: a full disk stays one, anything else is about the file. */
export const importError = (error: unknown, given: string, path: string): unknown => {
  if (error instanceof AppError) return error;
  const known = translate(error, path);
  // A broken file calls itself corrupt as a broken tape does; here the tape is open and sound.
  if (known instanceof AppError && known.code !== "bad_input") return known;
  const text = textOf(error);
  const cause = causes.find(([sign]) => sign.test(text))?.[1] ?? text.split("\n")[0]!.trim();
  const file = error instanceof Error && "file" in error ? error.file : given;
  return badInput("FILE", `${file} cannot be read: ${cause}; nothing of the import was kept`);
};
