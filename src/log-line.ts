const levels: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "",
  40: "warn",
  50: "ERROR",
  60: "ERROR",
};

interface LoggedError {
  readonly message?: string;
  readonly stack?: string;
}

/** A line of the JSON log as people read it: time of day (UTC), what happened, then its fields. Other text stays as it is. */
export const lineForPeople = (line: string): string => {
  const fields = parsed(line);
  if (fields === null) return line;
  const { level, time, msg, err, ...rest } = fields;
  const words = [
    typeof time === "string" ? time.slice(11, 19) : "",
    levels[Number(level)] ?? "",
    String(msg ?? ""),
    ...Object.entries(rest).flatMap(([name, value]) => (value == null ? [] : `${name} ${valueText(value)}`)),
    errorText(err as LoggedError | undefined),
  ];
  return `${words.filter((word) => word !== "").join("  ")}\n`;
};

const parsed = (line: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

const valueText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const errorText = (error: LoggedError | undefined): string => error?.stack ?? error?.message ?? "";
