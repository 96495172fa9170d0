import type { FastifyReply, FastifyRequest } from "fastify";

export type TableFormat = "json" | "csv";

/** The table format a request asks for: `?format=` before the Accept header; default JSON. */
export const formatOf = (request: FastifyRequest): TableFormat => {
  const { format } = request.query as { format?: TableFormat };
  if (format !== undefined) return format;
  return /\btext\/csv\b/.test(request.headers.accept ?? "") ? "csv" : "json";
};

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Answers rows as CSV (RFC 4180) with a header; null is an empty field. */
export const csvOf = (
  reply: FastifyReply,
  columns: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
): FastifyReply => {
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(","));
  return reply
    .type("text/csv; charset=utf-8")
    .serializer((text: string) => text)
    .send(`${[columns.join(","), ...lines].join("\r\n")}\r\n`);
};
