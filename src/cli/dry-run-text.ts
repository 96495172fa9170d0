import type { DryRun } from "./import-dry-run.ts";
import { importText } from "./import-text.ts";
import { tableText } from "./table.ts";

const widest = 200;

/** What a dry run understood: counts and columns, GPUs, first listings, and an example of each reason for a reject. */
export const dryRunText = (run: DryRun): string => {
  const parts: (readonly [title: string, text: string])[] = [
    ["As an empty tape would take it:", importText(run)],
    ["GPUs", tableText(run.gpus)],
    ["First listings", tableText(run.first_rows)],
    [
      "Refused, with an example each",
      run.examples.map(({ reason, rows, raw }) => `${reason} ${rows}: ${raw.slice(0, widest)}`).join("\n"),
    ],
  ];
  const shown = parts.flatMap(([title, text]) => (text === "" ? [] : [`${title}\n${text}`]));
  return [...shown, "Nothing was written."].join("\n\n");
};
