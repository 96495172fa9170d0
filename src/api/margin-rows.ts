import { median } from "simple-statistics";
import { defaultPowerUsageEffectiveness } from "../models/economics/inputs.ts";
import { computePowerSpread, tokenSpread } from "../models/spreads/input-margins.ts";
import { type Estimate, refused } from "../models/statistics/estimate.ts";
import type { Reference } from "../reference.ts";
import { readTokenPrices } from "../store/read-beside.ts";
import type { ApiContext, Asked } from "./context.ts";
import { defaultCountry } from "./schema.ts";
import { type SpreadRow, spreadRow } from "./spread-rows.ts";

const unit = "USD per GPU-hour";

type Tables = Pick<Reference, "power" | "economics" | "gpus">;

/**
 * Index less power. For a family it is there only where all of its cards draw the same: else it is not known which of
 * them the index stands for (`members_differ`).
 */
export const powerRow = (
  tables: Tables,
  gpus: ReadonlySet<string>,
  index: Estimate,
  country = defaultCountry,
): SpreadRow => {
  const price = tables.power.of(country);
  const draws = drawsOf(tables, gpus);
  const [kilowatts] = draws;
  const estimateOf = (): Estimate => {
    if (price === null) return refused("no_power_price", 0);
    if (kilowatts === undefined || draws.has(null)) return refused("no_kilowatts", 0);
    if (draws.size > 1) return refused("members_differ", 0);
    return computePowerSpread(index, {
      kilowatts: kilowatts!,
      powerUsageEffectiveness: defaultPowerUsageEffectiveness,
      usdPerKilowattHour: price.usdPerKilowattHour,
    });
  };
  const estimator = "index - kW x PUE x price of power";
  const named = { name: "index over power", kind: "power", level: country.toUpperCase() } as const;
  return spreadRow({ ...named, estimator, unit }, estimateOf());
};

/** What the cards of a GPU or family draw, kW: each draw once, null where one is not told. */
const drawsOf = ({ economics, gpus: table }: Tables, gpus: ReadonlySet<string>): Set<number | null> => {
  const isFamily = (id: string): boolean => (table.byId.get(id)?.members.length ?? 0) > 0;
  const cards = [...gpus].filter((id) => !isFamily(id));
  return new Set(cards.map((id) => economics.of(id)?.kilowatts ?? null));
};

const secondsAnHour = 3600;
const mostEndpoints = 1000;

/** Output tokens of a GPU-hour at the median price of the model's endpoints, less the index. */
export const tokenRow = async (
  { tape }: ApiContext,
  asked: Asked,
  index: Estimate,
  model: string | undefined,
  tokensPerSecond: number | undefined,
): Promise<SpreadRow> => {
  const named = {
    name: "tokens over GPU-hour",
    kind: "token",
    estimator: "output tokens an hour x median price of the model's endpoints - index",
    unit,
    ...(model === undefined ? {} : { level: model }),
  } as const;
  if (model === undefined || tokensPerSecond === undefined)
    return spreadRow(named, refused("no_throughput", 0));
  const endpoints = await readTokenPrices(tape.database, {
    ...{ at: asked.now, asOf: asked.asOf, model, limit: mostEndpoints, offset: 0 },
  });
  const prices = endpoints
    .filter(({ serving }) => serving !== false)
    .map(({ usdPerMillionOutput }) => usdPerMillionOutput);
  return spreadRow(
    named,
    prices.length === 0
      ? refused("no_token_price", 0)
      : tokenSpread(index, tokensPerSecond * secondsAnHour, median(prices)),
  );
};
