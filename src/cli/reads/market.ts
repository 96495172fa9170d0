import { ageText } from "../../domain/age-text.ts";
import type { Answer } from "../ask.ts";
import { tableText } from "../table.ts";
import { fieldsOf, type ReadCommand, type Row, withFooter } from "./command.ts";

const priceOf = (best: unknown): unknown => (best as Row | null)?.usd_per_gpu_hour ?? null;
const sellerOf = (best: unknown): unknown => (best as Row | null)?.provider ?? null;

const marketText = (answer: Answer): string => {
  const rows = (answer.data as Row[]).map((row) => ({
    gpu: row.gpu,
    "on demand": priceOf(row.best_on_demand),
    at: sellerOf(row.best_on_demand),
    spot: priceOf(row.best_spot),
    community: priceOf(row.best_on_demand_community),
    index: row.index,
    free: row.fresh_free_gpus,
    listings: row.listings,
    providers: row.providers,
    "1 d %": row.change_1d_percent,
    "7 d %": row.change_7d_percent,
    age: ageText(row.age_s as number | null),
    fresh: row.fresh ? "yes" : "no",
  }));
  const empty =
    "No offers. Start collecting with `gputape start`, or read a file with `gputape import FILE`.";
  return withFooter(answer, rows.length === 0 ? empty : tableText(rows));
};

export const market: ReadCommand = {
  name: "market",
  summary: "one row a GPU: best prices by tier, index, what is free and how prices changed",
  flags: [["--tier <tier>", "secure or community alone; default secure or not told, community beside"]],
  question: (options) => ({ path: "/v1/market", query: fieldsOf(options) }),
  text: marketText,
};
