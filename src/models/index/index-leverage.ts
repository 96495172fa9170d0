import type { MethodologyVersion } from "../headline-rules.ts";
import { headlineLeverage, type LeverageRow } from "./headline-uncertainty.ts";
import { type PriceMethod, valueOfReceipts } from "./index-value.ts";
import { listingsBehind } from "./median-receipts.ts";
import type { Receipt } from "./receipts.ts";

/**
 * What an index would be without each provider in turn, from its receipts, the one that moves it most first (ties by
 * name), in USD per GPU-hour. Source: methods.md 1.5. Empty gives empty; where the index is null so is the change.
 */
export const indexLeverage = ({
  method,
  receipts,
  version,
}: {
  readonly method: PriceMethod;
  readonly receipts: readonly Receipt[];
  /** Version of the methodology that the receipts were made under; default the present one. */
  readonly version?: MethodologyVersion;
}): LeverageRow[] =>
  method === "weighted_median"
    ? headlineLeverage(receipts.flatMap(listingsBehind), version)
    : votesLeverage(receipts, version);

const votesLeverage = (receipts: readonly Receipt[], version?: MethodologyVersion): LeverageRow[] => {
  const all = valueOfReceipts("votes", receipts, version);
  const rows = receipts.map(({ provider, gpus }) => {
    const without = valueOfReceipts(
      "votes",
      receipts.filter((each) => each.provider !== provider),
      version,
    );
    return { provider, gpus, without, change: without === null || all === null ? null : without / all - 1 };
  });
  return rows.sort(
    (a, b) => Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0) || (a.provider < b.provider ? -1 : 1),
  );
};
