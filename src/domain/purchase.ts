export const purchases = ["on_demand", "spot", "reserved"] as const;
/** How capacity is bought: pay as you go, preemptible, or committed for a term. */
export type Purchase = (typeof purchases)[number];

export const tiers = ["secure", "community"] as const;
/** Who runs the host: the venue's own data centres (`secure`) or its members (`community`). Null: not told. */
export type Tier = (typeof tiers)[number];
/** Every tier, "not told" among them. */
export const allTiers: ReadonlySet<Tier | null> = new Set<Tier | null>([...tiers, null]);

export const availabilityKinds = ["exact", "floor", "ceiling", "level"] as const;
/** What a count of free GPUs means: the count, at least, at most, or a stock level turned into a number. */
export type AvailabilityKind = (typeof availabilityKinds)[number];

export const tickStates = ["live", "delisted", "unknown"] as const;
/** `delisted`: missing from a complete pull. `unknown`: missing from a pull that could not see everything. */
export type TickState = (typeof tickStates)[number];
