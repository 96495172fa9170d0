import type { FastifyInstance, FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";

export const json = "application/json";
export const csv = "text/csv";

/** Media types that an Accept header takes, the most wanted first; q=0 refuses. */
const wantedTypes = (header: string): string[] =>
  header
    .split(",")
    .map((part) => {
      const [type = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
      const quality = Number(parameters.find((each) => each.startsWith("q="))?.slice(2) ?? 1);
      return { type, quality };
    })
    .filter(({ type, quality }) => type !== "" && quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ type }) => type);

const covers = (wanted: string, type: string): boolean =>
  wanted === "*/*" || wanted === type || (wanted.endsWith("/*") && type.startsWith(wanted.slice(0, -1)));

/** The media type of an answer among those there are, by the Accept header; null where it takes none of them. */
export const acceptedType = (header: string | undefined, types: readonly string[]): string | null => {
  if (header === undefined || header.trim() === "") return types[0]!;
  for (const wanted of wantedTypes(header)) {
    const found = types.find((type) => covers(wanted, type));
    if (found !== undefined) return found;
  }
  return null;
};

/** Media types that an endpoint answers in, JSON first: CSV where it takes `format`. */
const typesOf = ({ routeOptions: { schema } }: FastifyRequest): readonly string[] => {
  const query = schema?.querystring as { properties?: object } | undefined;
  return "format" in (query?.properties ?? {}) ? [json, csv] : [json];
};

/** Refuses an Accept header that no form of the answer meets, rather than answer in another one. */
export const registerAccept = (app: FastifyInstance): void => {
  app.addHook("preValidation", async (request) => {
    const { url = "" } = request.routeOptions;
    const { format } = (request.query ?? {}) as { format?: unknown };
    if (!url.startsWith("/v1/") || format !== undefined) return;
    const types = typesOf(request);
    if (acceptedType(request.headers.accept, types) !== null) return;
    throw new AppError(
      "not_acceptable",
      `Accept: there is no ${request.headers.accept} here; this endpoint answers ${types.join(" and ")}`,
      { details: { errors: [{ field: "accept", message: "names no format there is", allowed: types }] } },
    );
  });
};
