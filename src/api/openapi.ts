import type { SwaggerTransformObject } from "@fastify/swagger";
import { summaries } from "./summaries.ts";

/** What the document says of the whole API. */
export const openapi = (version: string) => ({
  openapi: "3.1.0" as const,
  info: {
    title: "gputape",
    version,
    description:
      "What every cloud asks for a GPU-hour: offers, history, index, quotes and routes. Prices are USD per GPU-hour unless a name says otherwise; unknown is null.",
    license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  },
  tags: [
    { name: "book", description: "The market as it stands" },
    { name: "history", description: "How it got there" },
    { name: "models", description: "Numbers made of it" },
    { name: "desk", description: "Decisions on it" },
    { name: "sources", description: "Where it comes from" },
    { name: "reference", description: "What the words mean" },
    { name: "ops", description: "For operators" },
  ],
});

interface Content {
  readonly [type: string]: { readonly schema?: unknown };
}

interface Operation {
  summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly schema?: { readonly enum?: readonly unknown[] };
  }[];
  readonly responses: Record<string, { description: string; content?: Content }>;
}

/** Adds to the document what is the same for many endpoints: summaries, the form of errors, tables as CSV. */
export const transformObject: SwaggerTransformObject = (document) => {
  const made = "openapiObject" in document ? document.openapiObject : document.swaggerObject;
  const paths = (made.paths ?? {}) as Record<string, Record<string, Operation>>;
  for (const [path, methods] of Object.entries(paths))
    for (const [method, operation] of Object.entries(methods))
      describe(`${method.toUpperCase()} ${path}`, operation);
  return made;
};

const describe = (name: string, operation: Operation): void => {
  const summary = summaries[name];
  if (summary !== undefined) operation.summary = summary;
  for (const [status, response] of Object.entries(operation.responses)) {
    const json = response.content?.["application/json"];
    if (json === undefined) continue;
    if (/^[45]/.test(status)) {
      response.description = status.startsWith("4")
        ? "What is wrong with the request"
        : "What went wrong here";
      response.content = { "application/problem+json": json };
    } else {
      response.description = operation.summary ?? response.description;
      if (isTable(operation))
        response.content = { ...response.content, "text/csv": { schema: { type: "string" } } };
    }
  }
};

const isTable = ({ parameters = [] }: Operation): boolean =>
  parameters.some(({ name, schema }) => name === "format" && schema?.enum?.includes("csv"));
