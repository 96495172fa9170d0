/** A cell of a table on the terminal: dash for unknown, four significant digits for fractions, plain lists by comma. */
const cellText = (value: unknown): string => {
  if (value === null || value === undefined || value === "") return "—";
  if (typeof value === "number")
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  if (Array.isArray(value) && value.every((each) => typeof each !== "object")) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

/** Rows as an aligned table, numbers to the right. Empty rows give an empty text. */
export const tableText = (
  rows: readonly Readonly<Record<string, unknown>>[],
  columns?: readonly string[],
): string => {
  const names = columns ?? Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => names.map((name) => cellText(row[name])));
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]!.length)));
  const numeric = names.map((name) => rows.some((row) => typeof row[name] === "number"));
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => (numeric[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
  return rows.length === 0
    ? ""
    : [line(names), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)].join("\n");
};
