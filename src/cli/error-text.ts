import type { AppError } from "../errors.ts";

/** The error in a line; under it what was left out of the book for which reason, where that decided. */
export const errorText = ({ code, message, details }: AppError): string => {
  const leftOut = Object.entries((details.excluded ?? {}) as Readonly<Record<string, number>>);
  const counts = leftOut.map(([reason, count]) => `${reason.replaceAll("_", " ")} ${count}`);
  return [`${code}: ${message}`, ...(counts.length === 0 ? [] : [`Left out: ${counts.join(", ")}`])].join(
    "\n",
  );
};

/** The error as the API would answer it, as JSON. */
export const problemText = async (error: AppError, command: string): Promise<string> => {
  const { problemOf } = await import("../api/problem.ts");
  return JSON.stringify(problemOf(error, command), null, 2);
};
