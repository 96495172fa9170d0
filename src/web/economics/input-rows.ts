import type { EconomicsInputs } from "../api-types.ts";
import { dollars, figure, percent, wholeDollars } from "../lib/format.ts";

/** An input of the economics: its name and value in words, where it was read, of when, and how it was made. */
export interface InputRow {
  readonly name: string;
  readonly value: string | null;
  readonly source: string | null;
  readonly asOf: string | null;
  readonly basis: string | null;
}

const row = (
  name: string,
  value: string | null,
  { source = null, asOf = null, basis = null }: Partial<Omit<InputRow, "name" | "value">> = {},
): InputRow => ({ name, value, source, asOf, basis });

const text = (value: number | null, format: (value: number) => string): string | null =>
  value === null ? null : format(value);

const ofOne = (value: number): string => `${figure(value * 100)} %`;

const economics = "data/economics.csv";

const launches = (inputs: EconomicsInputs): string =>
  inputs.launches.length === 0
    ? "none yet"
    : inputs.launches.map(({ gpu, launch, drop }) => `${gpu} ${launch} (${percent(-drop * 100)})`).join("; ");

/** The inputs as rows, those of the tables with their source; the others are assumptions. */
export const inputRows = (inputs: EconomicsInputs): readonly InputRow[] => {
  const { power_source: source, power_period: asOf, power_basis: basis } = inputs;
  const ofTable = { source: inputs.capex_source, asOf: inputs.capex_as_of, basis: inputs.basis };
  return [
    row("Price when new, with its part of the host", text(inputs.capex_usd, wholeDollars), ofTable),
    row("Years over which it is paid off", text(inputs.years, figure), { source: economics }),
    row("Worth at the end of them", text(inputs.residual_usd, wholeDollars), { source: "the next three" }),
    row("Worth lost a year", text(inputs.decay_per_year, ofOne), { source: economics }),
    row("Worth lost with each later generation", ofOne(inputs.launch_drop)),
    row("Later generations", launches(inputs), { source: "data/gpus.csv" }),
    row("Cost of capital a year", ofOne(inputs.annual_rate)),
    row("Share of hours rented out", ofOne(inputs.utilisation)),
    row("Power with its part of the host, kW", text(inputs.kilowatts, figure), { basis: inputs.basis }),
    row("Power of the site per power of the machine", figure(inputs.pue), { source: inputs.pue_source }),
    row(`Power price in ${inputs.country}, $/kWh`, text(inputs.usd_per_kwh, figure), { source, asOf, basis }),
    row("Other costs, $/GPU-h", text(inputs.opex_usd_per_gpu_hour, dollars), { source: economics }),
  ];
};
