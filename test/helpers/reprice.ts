const knownFields = new Set([
  ...["retailPrice", "unitPrice"],
  ...["dph_base", "dph_total", "min_bid"],
  ...["hourly_cost", "hourly_cost_preemptible", "monthly_cost"],
  ...["price_per_hour", "spot_price"],
  ...["price_per_gpu_hour", "price_per_node_hour"],
  ...["value"],
  ...["min", "max", "avg", "weightedAverage", "med"],
  ...["securePrice", "communityPrice", "secureSpotPrice", "communitySpotPrice"],
]);

const scaled = (value: unknown, factor: number): unknown => {
  if (typeof value === "number") return Math.round(value * factor * 1e6) / 1e6;
  const isNumber = typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value));
  return isNumber ? String(Math.round(Number(value) * factor * 1e6) / 1e6) : value;
};

/** A copy in which every field that venues write prices in (default: the fields known here) is multiplied. */
export const reprice = <T>(body: T, factor: number, fields: ReadonlySet<string> = knownFields): T => {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        fields.has(name) && typeof inner !== "object" ? scaled(inner, factor) : walk(inner),
      ]),
    );
  };
  return (factor === 1 ? body : walk(body)) as T;
};
