import { ageText } from "../../domain/age-text.ts";
import type { Answer } from "../ask.ts";
import { tableText } from "../table.ts";
import { bodyOf } from "./body.ts";
import { countsLine, sentences } from "./cells.ts";
import { type ReadCommand, type Row, withFooter } from "./command.ts";

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

const quoteText = (answer: Answer): string => {
  const quote = answer.data as Row;
  return withFooter(
    answer,
    legsText(quote.legs as Row[]),
    "",
    sentences("Why", quote.why),
    sentences("Mind", quote.warnings),
    countsLine("Left out", quote.excluded),
    `quote ${quote.quote_id}`,
  );
};

const routeText = (answer: Answer): string => {
  const route = answer.data as Row;
  const plans = (route.plans as Row[]).map((plan, i) =>
    [
      `Plan ${i + 1}: ${plan.gpu} ${plan.purchase}, $${Number(plan.expected_usd).toFixed(2)}`,
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
    countsLine("Left out", route.excluded),
    `route ${route.route_id}`,
  );
};

export const quote: ReadCommand = {
  name: "quote",
  summary: "what buying GPUs for some hours costs, with its legs",
  flags: [
    ["--gpu <gpu>", "GPU id, family or any known name (required)"],
    ["--gpus <n>", "how many (required)"],
    ["--hours <h>", "how long (required)"],
    ["--purchase <purchase>", "on_demand, spot or reserved"],
    ["--tier <tier>", "secure or community"],
    ["--max-usd-per-gpu-hour <usd>", "price cap"],
    ["--max-age-hours <h>", "no price confirmed longer ago"],
    ["--executable-only", "only what can be ordered now"],
  ],
  question: (options) => ({ path: "/v1/quotes", body: bodyOf(options) }),
  text: quoteText,
};

export const route: ReadCommand = {
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
    ["--max-age-hours <h>", "no price confirmed longer ago"],
    ["--max-total-usd <usd>", "budget"],
    ["--single-provider", "all GPUs from one provider"],
    ["--max-provider-share <share>", "0 to 1"],
    ["--executable-only", "only what can be ordered now"],
    ["--k <n>", "plans to return; default 3"],
  ],
  question: (options) => ({ path: "/v1/routes", body: bodyOf(options) }),
  text: routeText,
};
