import type { Answer, Question } from "./ask.ts";
import { ageText, tableText } from "./table.ts";

type Row = Readonly<Record<string, unknown>>;
type Options = Readonly<Record<string, unknown>>;

/** A command that asks one endpoint and prints its answer. */
export interface ReadCommand {
  readonly name: string;
  readonly summary: string;
  /** Commander's flags with their help; camel-cased flag names become query fields in snake case. */
  readonly flags: readonly (readonly [flags: string, help: string])[];
  readonly question: (options: Options) => Question;
  readonly text: (answer: Answer) => string;
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Options as fields of a query or body: numbers and true are read as such. */
export const fieldsOf = (options: Options, drop: readonly string[] = []): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options)
      .filter(([name, value]) => value !== undefined && !drop.includes(name))
      .map(([name, value]) => [snake(name), value]),
  );

const numberOr = (value: unknown): unknown =>
  typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;
const listOf = (value: unknown): unknown =>
  typeof value === "string" ? value.split(",").map((part) => part.trim()) : value;

const numeric = [
  "gpus",
  "hours",
  "max_usd_per_gpu_hour",
  "max_total_usd",
  "min_reliability",
  "min_sla_uptime",
  "max_provider_share",
  "k",
];
const lists = ["any_of", "regions", "countries", "jurisdictions"];

/** A request body from flags: numbers and comma lists where the endpoint wants them. */
const bodyOf = (options: Options): Record<string, unknown> => {
  const { allow, deny, min_vram_gib: vram, min_fp16_tflops: tflops, ...rest } = fieldsOf(options);
  for (const name of numeric) if (name in rest) rest[name] = numberOr(rest[name]);
  for (const name of lists) if (name in rest) rest[name] = listOf(rest[name]);
  const providers = {
    ...(allow === undefined ? {} : { allow: listOf(allow) }),
    ...(deny === undefined ? {} : { deny: listOf(deny) }),
  };
  const min = {
    ...(vram === undefined ? {} : { vram_gib: numberOr(vram) }),
    ...(tflops === undefined ? {} : { fp16_tflops: numberOr(tflops) }),
  };
  return {
    ...rest,
    ...(Object.keys(providers).length === 0 ? {} : { providers }),
    ...(Object.keys(min).length === 0 ? {} : { min }),
  };
};

const times = [
  ["--at <time>", "market time; default now"],
  ["--as-of <time>", "knowledge time; default now"],
] as const;

const footer = ({ meta }: Answer): string => {
  const completeness =
    meta.completeness === null ? "unknown" : `${Math.round(Number(meta.completeness) * 100)} %`;
  return `at ${meta.at}; oldest input ${ageText(meta.data_age_s as number | null)} old; completeness ${completeness}; ${meta.methodology}`;
};

const withFooter = (answer: Answer, ...parts: readonly string[]): string =>
  [...parts.filter((part) => part !== ""), "", footer(answer)].join("\n");

const offersText = (answer: Answer): string => {
  const rows = (answer.data as Row[]).map((row) => ({
    gpu: row.gpu,
    provider: row.provider,
    region: row.region,
    purchase: row.purchase,
    gpus: row.gpu_count,
    "usd/gpu-h": row.usd_per_gpu_hour,
    "usd/h": row.usd_per_hour,
    free: row.available_gpus,
    age: ageText(row.age_s as number),
    executable: row.executable ? "yes" : "no",
    listing: row.listing_id,
  }));
  const empty =
    "No offers. Start collecting with `gputape start`, or read a file with `gputape import FILE`.";
  return withFooter(answer, rows.length === 0 ? empty : tableText(rows));
};

const legsText = (legs: readonly Row[]): string =>
  tableText(
    legs.map((leg) => ({
      provider: leg.provider,
      region: leg.region,
      gpu: leg.gpu,
      purchase: leg.purchase,
      gpus: leg.gpus,
      "usd/gpu-h": leg.usd_per_gpu_hour,
      "usd/h": leg.usd_per_hour,
      age: ageText(leg.age_s as number),
      executable: leg.executable ? "yes" : "no",
    })),
  );

const sentences = (title: string, list: unknown): string => {
  const lines = list as readonly string[];
  return lines.length === 0 ? "" : [title, ...lines.map((line) => `  ${line}`)].join("\n");
};

const quoteText = (answer: Answer): string => {
  const quote = answer.data as Row;
  return withFooter(
    answer,
    legsText(quote.legs as Row[]),
    "",
    sentences("Why", quote.why),
    sentences("Mind", quote.warnings),
    `quote ${quote.quote_id}`,
  );
};

const routeText = (answer: Answer): string => {
  const route = answer.data as Row;
  const plans = (route.plans as Row[]).map((plan, i) =>
    [
      `Plan ${i + 1}: ${plan.gpu} ${plan.purchase}, ${Number(plan.expected_usd).toFixed(2)} USD`,
      legsText(plan.legs as Row[]),
      sentences("Why", plan.why),
      sentences("Mind", plan.warnings),
    ]
      .filter((part) => part !== "")
      .join("\n"),
  );
  return withFooter(
    answer,
    plans.join("\n\n"),
    `Excluded: ${JSON.stringify(route.excluded)}`,
    `route ${route.route_id}`,
  );
};

const indexText = (answer: Answer): string => {
  const rows = answer.data as Row[];
  const last = rows[0]?.last as { at: string; value: number } | null;
  const table = tableText(rows, [
    "at",
    "gpu",
    "purchase",
    "value",
    "reason",
    "n_providers",
    "n_listings",
    "top_provider_share",
  ]);
  return withFooter(answer, table, last ? `Last value: ${last.value.toPrecision(4)} at ${last.at}` : "");
};

const providersText = (answer: Answer): string => {
  const { sources } = answer.data as { sources: Row[] };
  const rows = sources.map((row) => ({
    source: row.source,
    status: row.status,
    age: ageText(row.age_s as number),
    every: `${row.every_minutes} min`,
    live: row.live,
    rejected: row.rejected,
    needs: (row.needs as string[]).join(" "),
    note: row.error ?? row.why_disabled,
  }));
  return withFooter(answer, tableText(rows));
};

export const readCommands: readonly ReadCommand[] = [
  {
    name: "offers",
    summary: "the book: what can be rented, cheapest first",
    flags: [
      ["--gpu <gpu>", "GPU id, family or any known name"],
      ["--purchase <purchase>", "on_demand, spot or reserved"],
      ["--provider <id>", "who sells"],
      ["--region <region>", "region as the venue writes it"],
      ["--country <code>", "ISO 3166-1 alpha-2"],
      ["--jurisdiction <code>", "country of the operator's parent, EU or EEA"],
      ["--tier <tier>", "secure or community"],
      ["--min-gpus <n>", "GPUs that can be rented together"],
      ["--max-usd-per-gpu-hour <usd>", "price cap"],
      ["--min-reliability <share>", "0 to 1"],
      ["--min-vram-gib <gib>", "memory of one GPU"],
      ["--executable-only", "only what can be ordered now"],
      ["--sort <key>", "usd_per_gpu_hour, usd_per_hour, usd_per_pflop_hour, ..."],
      ["--order <order>", "asc or desc"],
      ["--limit <n>", "rows; default 100"],
      ["--cursor <cursor>", "next page"],
      ...times,
    ],
    question: (options) => ({ path: "/v1/offers", query: fieldsOf(options) }),
    text: offersText,
  },
  {
    name: "index",
    summary: "the price of a GPU-hour, now or over a span",
    flags: [
      ["--gpu <gpu>", "GPU id, family or any known name (required)"],
      ["--purchase <purchase>", "on_demand, spot or reserved"],
      ["--from <time>", "start of a series"],
      ["--to <time>", "end of a series"],
      ["--interval <interval>", "1h, 6h, 1d or 1w"],
      ...times,
    ],
    question: (options) => ({ path: "/v1/index", query: fieldsOf(options) }),
    text: indexText,
  },
  {
    name: "quote",
    summary: "what buying GPUs for some hours costs, with its legs",
    flags: [
      ["--gpu <gpu>", "GPU id, family or any known name (required)"],
      ["--gpus <n>", "how many (required)"],
      ["--hours <h>", "how long (required)"],
      ["--purchase <purchase>", "on_demand, spot or reserved"],
      ["--tier <tier>", "secure or community"],
      ["--max-usd-per-gpu-hour <usd>", "price cap"],
      ["--executable-only", "only what can be ordered now"],
    ],
    question: (options) => ({ path: "/v1/quotes", body: bodyOf(options) }),
    text: quoteText,
  },
  {
    name: "route",
    summary: "where to run a job under hard constraints, and why",
    flags: [
      ["--gpu <gpu>", "GPU id or family (or --any-of, or --min-vram-gib)"],
      ["--any-of <list>", "GPUs any of which will do"],
      ["--min-vram-gib <gib>", "any GPU with at least this memory"],
      ["--min-fp16-tflops <tflops>", "any GPU with at least this rate"],
      ["--gpus <n>", "how many (required)"],
      ["--hours <h>", "how long (required)"],
      ["--interruptible", "allow spot"],
      ["--regions <list>", "regions as the venues write them"],
      ["--countries <list>", "ISO 3166-1 alpha-2"],
      ["--jurisdictions <list>", "countries of the operator's parent, EU, EEA"],
      ["--allow <list>", "only these providers"],
      ["--deny <list>", "none of these providers"],
      ["--tier <tier>", "secure or community"],
      ["--min-reliability <share>", "0 to 1"],
      ["--min-sla-uptime <share>", "0 to 1"],
      ["--interconnect <name>", "as the venue writes it"],
      ["--confidential", "confidential computing"],
      ["--max-usd-per-gpu-hour <usd>", "price cap"],
      ["--max-total-usd <usd>", "budget"],
      ["--single-provider", "all GPUs from one provider"],
      ["--max-provider-share <share>", "0 to 1"],
      ["--executable-only", "only what can be ordered now"],
      ["--k <n>", "plans to return; default 3"],
    ],
    question: (options) => ({ path: "/v1/routes", body: bodyOf(options) }),
    text: routeText,
  },
  {
    name: "providers",
    summary: "each source: on or off and why, how old, what went wrong",
    flags: [],
    question: () => ({ path: "/v1/providers" }),
    text: providersText,
  },
];
