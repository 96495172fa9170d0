import { hour } from "../../src/domain/time.ts";
import type { MethodologyVersion } from "../../src/models/headline-rules.ts";
import { priceMethods } from "../../src/models/index/index-value.ts";
import { receiptsDigest, receiptsJson } from "../../src/models/index/receipts.ts";
import { indexValues, withBounds } from "../../src/series/index-series.ts";
import { methodologyOf } from "../../src/series/methodology.ts";
import { type PublishedValue, writeIndexValues } from "../../src/store/index-record.ts";
import { readNewestPull, writeRun } from "../../src/store/index-runs.ts";
import { sha256 } from "../../src/store/sha256.ts";
import type { Market } from "./market.ts";

/** Publishes the hours of h100-sxm on demand as a program of an earlier version of the methodology did. */
export const publishedBefore = async (
  { context }: Market,
  { first, to }: { readonly first: number; readonly to: number },
  version: MethodologyVersion = 1,
): Promise<PublishedValue[]> => {
  const { tape, fits } = context;
  const cell = { gpus: new Set(["h100-sxm"]), purchase: "on_demand" } as const;
  const found = [];
  for await (const value of indexValues(tape, cell, priceMethods, { first, to, step: hour }, to, version))
    found.push(value);
  const receipts = new Map<string, string>();
  const values = (await withBounds(fits, found)).map(
    ({ receipts: behind, version: by, excluded, ...value }) => {
      const digest = receiptsDigest(behind, sha256);
      receipts.set(digest, receiptsJson(behind));
      return {
        ...value,
        ...{ gpu: "h100-sxm", purchase: cell.purchase, vintage: "provisional" as const },
        ...{ digest, recordedAt: value.at },
        ...{ excluded: JSON.stringify(excluded), methodology: methodologyOf(value.method, by) },
      };
    },
  );
  await writeIndexValues(tape.database, values, receipts);
  await writeRun(tape.database, { newest: to, pullNo: await readNewestPull(tape.database), finishedAt: to });
  return values;
};
