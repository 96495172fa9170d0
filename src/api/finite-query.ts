import type { FastifyInstance } from "fastify";
import { badInput } from "../errors.ts";

/**
 * Refuses `limit=Infinity`: the validator turns the text into a number, and then skips every bound of the schema
 * because the number is not finite.
 */
export const registerFiniteQuery = (app: FastifyInstance): void => {
  app.addHook("preHandler", async ({ query }) => {
    for (const [field, value] of Object.entries(query as Readonly<Record<string, unknown>>)) {
      if (typeof value === "number" && !Number.isFinite(value))
        throw badInput(field, "must be a finite number");
    }
  });
};
