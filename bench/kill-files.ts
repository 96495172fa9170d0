import { writeFileSync } from "node:fs";
import { seeded } from "./synthetic.ts";

/** Instants of an imported file, which become its pulls. */
export const instants = 200;
const listings = 150;
const hour = 3_600_000;

/** A tidy file of its own provider with prices that move all the time; the same seed gives the same file. */
export const writeHistory = (path: string, provider: string, seed: number): void => {
  const random = seeded(seed);
  const lines = ["observed_at,provider,instance_type,gpu_name,gpu_count,region,price_usd_hour"];
  for (let step = 0; step < instants; step++) {
    const at = new Date(Date.UTC(2026, 0, 1) + step * hour).toISOString();
    for (let i = 0; i < listings; i++)
      lines.push(`${at},${provider},type-${i},H100 SXM,8,us-${i % 5},${(16 + random() * 8).toFixed(4)}`);
  }
  writeFileSync(path, `${lines.join("\n")}\n`);
};
