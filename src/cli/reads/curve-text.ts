import type { Answer } from "../ask.ts";
import { tableText } from "../table.ts";
import { boundsOf, countsLine, estimateLine, section, told } from "./cells.ts";
import { type Row, withFooter } from "./command.ts";
import { tenorText } from "./tenor-text.ts";

/** Steps of a stack that a terminal shows. */
const mostSteps = 40;

const stepRows = (steps: readonly Row[]): Row[] =>
  steps.slice(0, mostSteps).map((step) => ({
    "usd/gpu-h": step.usd_per_gpu_hour,
    gpus: step.gpus,
    cumulative: step.cumulative_gpus,
    provider: step.provider,
    listing: step.listing_id,
  }));

const usd = (value: unknown): string => Number(Number(value).toPrecision(5)).toString();

const walkLine = (walk: Row | undefined): string => {
  if (walk === undefined) return "";
  if (walk.vwap == null)
    return `${walk.gpus} GPUs: none (${told(null, walk.reason)}; there are ${walk.available_gpus})`;
  return `${walk.gpus} GPUs: ${usd(walk.vwap)} USD per GPU-hour on average, the last at ${usd(walk.marginal)}, ${Math.round(Number(walk.slippage_bps))} basis points above the best (each GPU alone; gputape quote respects hosts that are sold whole)`;
};

const fitLine = (fit: Row): string =>
  fit.a == null
    ? `fit: none (${told(null, fit.reason)})`
    : `fit: price of the Q-th GPU = ${usd(fit.a)} Q^${usd(fit.b)}, r2 ${usd(fit.r2)}`;

const cutLine = (data: Row): string =>
  data.truncated_above == null
    ? ""
    : `Blind above ${usd(data.truncated_above)} USD: a pull was cut off there`;

const blindLine = (data: Row): string => {
  const sources = data.blind_sources as readonly string[];
  return sources.length === 0
    ? ""
    : `Blind at any price: the last pull of ${sources.join(", ")} was cut off or lost a part, and not in the order of price`;
};

const archivesLine = (data: Row): string => {
  const count = (data.open_archives as readonly string[]).length;
  return count === 0
    ? ""
    : `${count} imported ${count === 1 ? "source does" : "sources do"} not say whether they show everything: there may be more at any price`;
};

/** The supply stack with its walk and fits. */
export const supplyText = (answer: Answer): string => {
  const data = answer.data as Row;
  const steps = data.steps as Row[];
  const more = steps.length > mostSteps ? `... and ${steps.length - mostSteps} more; --json has all` : "";
  return withFooter(
    answer,
    steps.length === 0 ? `No current offer of ${data.gpu} (${data.purchase}).` : tableText(stepRows(steps)),
    more,
    walkLine(data.walk as Row | undefined),
    fitLine(data.fit as Row),
    estimateLine("elasticity of supply", data.elasticity as Row),
    cutLine(data),
    blindLine(data),
    archivesLine(data),
    countsLine("Left out", data.excluded),
  );
};

const balanceRow = (name: string, at: Row): Row => ({
  "": name,
  price: told(at.price, at.reason),
  ...boundsOf({ ...at, value: at.price }),
  gpus: told(at.gpus, at.reason),
  "gpus low": boundsOf({ value: at.gpus, low: at.gpus_low, high: at.gpus_high }).low,
  "gpus high": boundsOf({ value: at.gpus, low: at.gpus_low, high: at.gpus_high }).high,
  unmet: told(at.unmet, at.reason),
});

const pointRow = (point: Row): Row => ({
  source: point.source,
  provider: point.provider,
  region: told(point.region, null),
  rented: point.rented_gpus,
  of: point.total_gpus,
  utilisation: point.utilisation,
  "usd/gpu-h": told(point.usd_per_gpu_hour, null, "no offer"),
  since: point.since,
});

/** Reported demand, its elasticity and where it meets supply. */
export const demandText = (answer: Answer): string => {
  const data = answer.data as Row;
  const demand = data.demand as Row;
  const shocks = data.shocks as Row;
  const balances = [
    balanceRow("now", data.equilibrium as Row),
    ...(data.shocked == null
      ? []
      : [balanceRow(`supply ${shocks.supply}, demand ${shocks.demand}`, data.shocked as Row)]),
  ];
  const assumed = (data.elasticity as Row).assumed ? " (assumed)" : "";
  return withFooter(
    answer,
    section("Reported fleets", (data.points as Row[]).map(pointRow), "none"),
    demand.reason == null
      ? `Rented: ${demand.rented_gpus} of ${demand.total_gpus} GPUs at ${usd(demand.usd_per_gpu_hour)} USD per GPU-hour, ${demand.venues} venues`
      : `Rented: none (${demand.reason})`,
    estimateLine(`elasticity of demand${assumed}`, data.elasticity as Row),
    estimateLine("kappa", data.kappa as Row),
    section("Equilibrium", balances, "none"),
    countsLine("Fleets left out", data.excluded),
  );
};

const tenorRow = (tenor: Row): Row => ({
  tenor: `${tenorText(Number(tenor.from_months))} to ${tenorText(Number(tenor.months))}`,
  rate: tenor.rate,
  forward: tenor.forward,
  ...boundsOf({ ...tenor, value: tenor.forward }),
  quotes: tenor.n,
  flag: told(tenor.flag, null, "none"),
});

const quoteRow = (quote: Row): Row => ({
  provider: quote.provider,
  region: told(quote.region, null),
  tenor: tenorText(Number(quote.months)),
  "usd/gpu-h": quote.usd_per_gpu_hour,
  upfront: told(quote.upfront_share, null),
  "level rate": quote.level_rate,
  "in curve": quote.in_curve ? "yes" : "no",
});

/** The forward curve with the quotes behind it. */
export const forwardText = (answer: Answer): string => {
  const data = answer.data as Row;
  const floor = data.floor as Row;
  return withFooter(
    answer,
    section("Forward", (data.tenors as Row[]).map(tenorRow), `none (${told(data.reason, null)})`),
    estimateLine("spot", data.spot as Row, " USD per GPU-hour"),
    floor.full == null
      ? `floor: none (${told(floor.reason, null)})`
      : `floor: ${usd(floor.full)} USD per GPU-hour to own, ${usd(floor.avoidable)} to run`,
    section("Quotes", (data.quotes as Row[]).slice(0, mostSteps).map(quoteRow), "none"),
  );
};

/** One line a snapshot of a file. */
export const snapshotsText = (answer: Answer): string => {
  const rows = (answer.data as Row[]).map(({ at, steps: list, ...data }) => {
    const steps = list as Row[];
    const walk = data.walk as Row | undefined;
    return {
      at,
      machines: steps.length,
      gpus: steps.at(-1)?.cumulative_gpus ?? 0,
      cheapest: told(steps[0]?.usd_per_gpu_hour, null, "no offer"),
      dearest: told(steps.at(-1)?.usd_per_gpu_hour, null, "no offer"),
      "blind above": told(
        data.truncated_above,
        null,
        (data.blind_sources as readonly string[]).length > 0 ? "at any price" : "nowhere",
      ),
      elasticity: told((data.elasticity as Row).value, (data.elasticity as Row).reason),
      ...(walk === undefined ? {} : { vwap: told(walk.vwap, walk.reason) }),
    };
  });
  return withFooter(answer, tableText(rows));
};
