import type { EconomicsInputs } from "../api-types.ts";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { type InputRow, inputRows } from "./input-rows.ts";

const Source = ({ row: { source, basis } }: { row: InputRow }) => {
  const text = source ?? (basis === null ? "assumed" : "made of other figures");
  const link = source !== null && /^https?:\/\/\S+$/.test(source);
  return (
    <small class="words" title={basis ?? undefined}>
      {link ? (
        <a href={text} target="_blank" rel="noreferrer">
          {new URL(text).hostname}
        </a>
      ) : (
        text
      )}
    </small>
  );
};

const columns: readonly Column<InputRow>[] = [
  { key: "name", label: "Input", cell: (row) => <span class="words">{row.name}</span> },
  {
    key: "value",
    label: "Value",
    align: "right",
    cell: (row) =>
      row.value === null ? <Unknown why="no table has it" /> : <span class="words">{row.value}</span>,
  },
  { key: "source", label: "Source", cell: (row) => <Source row={row} /> },
  { key: "date", label: "Of", cell: (row) => row.asOf ?? "" },
];

/** What the floors and the residual rest on. */
export const InputsTable = ({ inputs }: { inputs: EconomicsInputs }) => (
  <div>
    <DataTable
      caption="Inputs of the economics"
      columns={columns}
      rows={inputRows(inputs)}
      rowKey={(row) => row.name}
      empty="No inputs are known for this GPU."
    />
    {inputs.basis !== null && <p class="chart-note">How they were made: {inputs.basis}.</p>}
    {inputs.power_basis !== null && <p class="chart-note">Power price: {inputs.power_basis}.</p>}
  </div>
);
