/**
 * A query of the pulls that saw something (those that match the condition, in SQL), one row a source and market time,
 * with until when each is current (see validityOf): a price at `t` counts where t < current_until.
 */
export const goodPulls = (condition: string): string => `
  select source, observed_at, max(current_until) as current_until from pulls
  where status not in ('failed', 'empty') and ${condition}
  group by source, observed_at`;
