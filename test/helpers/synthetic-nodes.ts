import { seeded } from "../../bench/synthetic.ts";
import type { Json } from "./venue-rows.ts";

const cards = [
  ["H100", 80, 2.4],
  ["H200", 141, 3.2],
  ["B200", 180, 4.8],
  ["A100-SXM4-80GB", 80, 1.3],
  ["L40S", 48, 0.8],
  ["RTX 4090", 24, 0.35],
  ["RTX 5090", 32, 0.5],
  ["MI300X", 192, 2.1],
] as const;
const places = [
  ["US", "TX", "Dallas"],
  ["FI", null, "Helsinki"],
  ["JP", "13", "Chiyoda City"],
  ["DE", "HE", "Frankfurt am Main"],
  ["IN", "MH", "Mumbai"],
] as const;

/** `count` nodes as the Lium feed writes them, about 400 bytes each; the same seed gives the same market. */
export const syntheticNodes = (count: number, seed = 1): Json[] => {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  return Array.from({ length: count }, (_, i) => {
    const [model, memory, level] = pick(cards);
    const [country, region, city] = pick(places);
    const gpus = pick([1, 2, 4, 8]);
    const price = Math.round(level * Math.exp(random() - 0.5) * 1e4) / 1e4;
    const id = `node-${String(i).padStart(6, "0")}-${Math.floor(random() * 1e9).toString(36)}`;
    return {
      id,
      gpu_model: model,
      gpu_count: gpus,
      available_gpu_count: 1 + Math.floor(random() * gpus),
      price_per_gpu_hour: price,
      price_per_node_hour: Math.round(price * gpus * 1e4) / 1e4,
      min_rentable_gpu_count: 1,
      gpu_memory_gb: memory,
      cpu_count: 192,
      ram_gb: 2015,
      disk_gb: 3575,
      tier: random() < 0.7 ? "secure" : "spot",
      country: "Somewhere",
      country_code: country,
      region,
      city,
      rent_url: `https://lium.io/browse-pods/${id}`,
    };
  });
};
