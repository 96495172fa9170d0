import { offers, providers } from "./book.ts";
import type { ReadCommand } from "./command.ts";
import { curve } from "./curve.ts";
import { quote, route } from "./decisions.ts";
import { commit, economics } from "./economics.ts";
import { receipts, settlement } from "./index-proof.ts";
import { index } from "./index-reads.ts";
import { market } from "./market.ts";
import { spreads, tightness } from "./spreads.ts";
import { verifyIndex } from "./verify.ts";

/** Every command that reads, in the order of the help. */
export const readCommands: readonly ReadCommand[] = [
  ...[market, offers, index, receipts, settlement, verifyIndex, curve, spreads, tightness],
  ...[economics, commit, quote, route, providers],
];
