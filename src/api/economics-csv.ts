import type { EconomicsRow } from "./economics-row.ts";

/** A row as one line of a table: values of estimates, inputs beside them, lists left out. */
export const flatRow = (row: EconomicsRow) => {
  const { residual: _residual, inputs, index, margin, margin_over_avoidable: over, ...rest } = row;
  const { launches: _launches, said, ...figures } = inputs;
  return {
    ...rest,
    index: index.value,
    margin: margin.value,
    margin_over_avoidable: over.value,
    ...figures,
    said: said.join(" "),
  };
};

const figures = [
  ...["capex_usd", "residual_usd", "years", "annual_rate", "utilisation", "kilowatts", "pue", "usd_per_kwh"],
  ...["country", "opex_usd_per_gpu_hour", "decay_per_year", "launch_drop", "said"],
  ...["capex_source", "capex_as_of", "basis", "pue_source", "power_source", "power_period", "power_basis"],
];

/** Columns of the CSV. */
export const columns: readonly string[] = [
  ...["gpu", "name", "launch", "index", "floor", "avoidable", "margin", "margin_over_avoidable"],
  ...["earns_power", "age_years", "residual_now_usd", "reason"],
  ...figures,
];
