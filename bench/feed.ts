import { seeded } from "./synthetic.ts";

const models = ["RTX 5090", "H200", "A100-SXM4-80GB", "RTX 4090", "L40S", "B200"];
/** USD per GPU-hour around which each is let. */
const levels = [0.55, 3.2, 1.4, 0.4, 0.9, 4.8];

/** A feed of Lium's shape with `count` nodes of about 400 bytes; prices move with `round`. */
export const feed = (count: number, round: number): string => {
  const random = seeded(11);
  const list = Array.from({ length: count }, (_, i) => {
    const gpus = [1, 2, 4, 8][Math.floor(random() * 4)]!;
    const moved = random() < 0.05 ? 1 + round / 100 : 1;
    const price = Math.round(levels[i % levels.length]! * Math.exp(random() - 0.5) * moved * 10_000) / 10_000;
    return {
      id: `node-${String(i).padStart(8, "0")}-0000-4000-8000-000000000000`,
      gpu_model: models[i % models.length],
      gpu_count: gpus,
      available_gpu_count: gpus,
      price_per_gpu_hour: price,
      min_rentable_gpu_count: gpus,
      gpu_memory_gb: [32, 140, 80, 24, 48, 180][i % models.length],
      cpu_count: 64,
      ram_gb: 512,
      disk_gb: 2000,
      tier: i % 5 === 0 ? "spot" : "secure",
      country: "United States",
      country_code: "US",
      region: "VA",
      city: "Ashburn",
      rent_url: `https://lium.io/browse-pods/node-${i}`,
      price_per_node_hour: price * gpus,
    };
  });
  return JSON.stringify({ generated_at: new Date(Date.now()).toISOString(), count, nodes: list });
};
