import { badInput } from "../errors.ts";
import type { ApiContext } from "./context.ts";
import { checkSelections } from "./known-values.ts";

interface PowerQuery {
  readonly country?: string;
  readonly usd_per_kwh?: number;
}

/** Throws `bad_input` with the countries whose price of power is known, where another is asked for without one. */
export const checkPowerCountry = (context: ApiContext, { country, usd_per_kwh: usd }: PowerQuery): void => {
  const { reference } = context;
  checkSelections(context, [["country", "country", country]]);
  if (country === undefined || usd !== undefined || reference.power.of(country) !== null) return;
  const known = reference.power.all.map((price) => price.country).sort();
  throw badInput(
    "country",
    `no price of power is known for ${country.toUpperCase()}. Give usd_per_kwh, or one of ${known.join(", ")}`,
    known,
  );
};
