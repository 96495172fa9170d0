import { tiers } from "../domain/purchase.ts";
import { Type } from "../typebox.ts";
import { number, oneOf, text } from "./schema.ts";

const nullable = <T>(properties: Record<string, unknown>) =>
  Type.Unsafe<T | null>({ type: ["object", "null"], properties });

/** The offer behind a best price. */
export interface Best {
  usd_per_gpu_hour: number;
  provider: string;
  source: string;
  listing_id: string;
  tier: string | null;
  age_s: number | null;
  fresh: boolean;
  executable: boolean;
}

const freshWords = "Confirmed within twice the interval of its source, list prices 30 days";

/** The cheapest fresh offer; where nothing is fresh the cheapest that is not expired, `fresh` false. */
const bestSchema = nullable<Best>({
  usd_per_gpu_hour: { type: "number" },
  provider: { type: "string" },
  source: { type: "string" },
  listing_id: { type: "string" },
  tier: { type: ["string", "null"] },
  age_s: { type: ["number", "null"] },
  fresh: { type: "boolean", description: freshWords },
  executable: { type: "boolean" },
});

/** One row a GPU. */
export const marketRowSchema = Type.Object({
  gpu: Type.String(),
  name: Type.String(),
  family: Type.Boolean({ description: "Covers its member cards too" }),
  vendor: text(),
  vram_gib: number(),
  form_factor: text(),
  fp16_tflops: number(),
  best_on_demand: bestSchema,
  best_spot: bestSchema,
  best_on_demand_community: bestSchema,
  best_spot_community: bestSchema,
  index: number("USD per GPU-hour, on demand, now; of no single tier"),
  index_reason: text("Why there is no index now"),
  index_last: nullable<{ at: string; value: number }>({ at: { type: "string" }, value: { type: "number" } }),
  index_providers: Type.Integer(),
  free_gpus: number("GPUs known to be free; null where nobody tells"),
  listings: Type.Integer({ description: "Old ones too, but no expired ones" }),
  expired_listings: Type.Integer({
    description: "Not confirmed for 7 days (list prices 30): in no other figure",
  }),
  providers: Type.Integer({ description: "Of all listings, old ones too" }),
  fresh_free_gpus: number("As free_gpus, of fresh listings"),
  fresh_listings: Type.Integer({ description: freshWords }),
  fresh_providers: Type.Integer({ description: "Of the fresh listings" }),
  change_1d_percent: number("Of best_on_demand, with the same screen then and now"),
  change_7d_percent: number(),
  line: Type.Array(Type.Array(Type.Number()), {
    description: "[ms since epoch, cheapest on-demand USD per GPU-hour], every 6 h of 7 days",
  }),
  age_s: number("Age of the newest price in seconds"),
  fresh: Type.Boolean({ description: `Some price is: ${freshWords}` }),
});

/** What the market can be narrowed to. */
export const marketQuery = Type.Object(
  {
    tier: Type.Optional(
      oneOf(
        tiers,
        "Offers of this tier alone; default: best prices and lines of secure or not told, all offers counted",
      ),
    ),
  },
  { additionalProperties: false },
);
