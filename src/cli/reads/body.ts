import { fieldsOf, type Options } from "./command.ts";

const numberOr = (value: unknown): unknown =>
  typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;
const listOf = (value: unknown): unknown =>
  typeof value === "string" ? value.split(",").map((part) => part.trim()) : value;

const numeric = [
  "gpus",
  "hours",
  "months",
  "usd_per_gpu_hour",
  "market_usd_per_gpu_hour",
  "upfront_share",
  "rate",
  "utilisation",
  "seed",
  "max_usd_per_gpu_hour",
  "max_age_hours",
  "max_total_usd",
  "min_reliability",
  "min_sla_uptime",
  "max_provider_share",
  "k",
];
const lists = ["any_of", "regions", "countries", "jurisdictions"];

/** A request body from flags: numbers and comma lists where the endpoint wants them; words stay, to be refused. */
export const bodyOf = (options: Options): Record<string, unknown> => {
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
