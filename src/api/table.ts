import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { breathe } from "../breathe.ts";
import type { TObject } from "../typebox.ts";
import { acceptedType, csv, json } from "./accept.ts";

export type TableFormat = "json" | "csv";

/** The table format a request asks for: `?format=` before the Accept header; default JSON. */
export const formatOf = (request: FastifyRequest): TableFormat => {
  const { format } = request.query as { format?: TableFormat };
  return format ?? (acceptedType(request.headers.accept, [json, csv]) === csv ? "csv" : "json");
};

type Row = Readonly<Record<string, unknown>>;

export interface Table {
  readonly format: TableFormat;
  readonly rowSchema: TObject;
  readonly columns: readonly string[];
  /** Number of rows, known before they are made. */
  readonly count: number;
  readonly row: (index: number) => Row;
  /** What is the same in every row, as columns of their own in CSV, where no envelope says it. */
  readonly constants?: Readonly<Record<string, string>>;
  readonly meta: object;
}

/** More rows than this are made and written in parts, so that the event loop stays free. */
const rowsAtOnce = 500;

/**
 * Answers a table: as the object that Fastify serialises where it is small, in parts where it is large, as CSV
 * (RFC 4180 with a header, null as an empty field) where that was asked for.
 */
export const tableAnswer = (reply: FastifyReply, table: Table): unknown => {
  const { format, count, row, meta } = table;
  if (format === "csv")
    return reply.type("text/csv; charset=utf-8").send(Readable.from(inParts(count, csvPart(table))));
  if (count <= rowsAtOnce) return { data: Array.from({ length: count }, (_, i) => row(i)), meta };
  const serialize = reply.compileSerializationSchema(table.rowSchema as never, "200", "application/json");
  const part = (from: number, to: number): string => {
    const texts: string[] = [];
    for (let i = from; i < to; i++) texts.push(serialize(row(i)) as string);
    return `${from === 0 ? '{"data":[' : ","}${texts.join(",")}${to === count ? `],"meta":${JSON.stringify(meta)}}` : ""}`;
  };
  return reply.type("application/json; charset=utf-8").send(Readable.from(inParts(count, part)));
};

const inParts = async function* (
  count: number,
  part: (from: number, to: number) => string,
): AsyncGenerator<string> {
  for (let from = 0; from === 0 || from < count; from += rowsAtOnce) {
    yield part(from, Math.min(count, from + rowsAtOnce));
    await breathe();
  }
};

const csvPart =
  ({ columns, row, constants = {} }: Table) =>
  (from: number, to: number): string => {
    const all = [...columns, ...Object.keys(constants)];
    const lines = from === 0 ? [all.join(",")] : [];
    for (let i = from; i < to; i++) {
      const values = { ...row(i), ...constants };
      lines.push(all.map((column) => cell(values[column])).join(","));
    }
    return lines.map((line) => `${line}\r\n`).join("");
  };

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
