import type { ProviderTable } from "./provider.ts";
import type { Tier } from "./purchase.ts";

/** What a provider's name in a stranger's file says. */
export interface ProviderName {
  /** Canonical id; the name in lower case where nobody knows it. */
  readonly id: string;
  readonly tier: Tier | null;
  /** It stands for all that a marketplace gathers (`primeintellect(all)`): a statistic, no seller. */
  readonly derived: boolean;
}

const everyone = /[\s_-]*[([]\s*all\s*[)\]]$|[\s_-]+all$/i;
const word = /[\s_-]+[([]?(secure|community|on-?demand|spot|cloud)[)\]]?$/i;

/**
 * Reads names as files write them: "RunPod Secure", "runpod (community cloud)", "primeintellect(all)". Words for a
 * tier are taken off only where what is left is a provider of the table.
 */
export const readProviderName = (text: string, { find, canonical }: ProviderTable): ProviderName => {
  const derived = everyone.test(text.trim()) && find(text) === null;
  let name = derived ? text.trim().replace(everyone, "") : text.trim();
  const whole = name;
  let tier: Tier | null = null;
  while (find(name) === null) {
    const found = word.exec(name);
    if (found === null) return { id: canonical(whole), tier: null, derived };
    const said = found[1]!.toLowerCase();
    if (said === "secure" || said === "community") tier = said;
    name = name.slice(0, found.index);
  }
  return { id: canonical(name), tier, derived };
};
