import { akash } from "./akash.ts";
import { aws } from "./aws.ts";
import { awsSpot } from "./aws-spot.ts";
import { awsSpotFeed } from "./aws-spot-feed.ts";
import { azure } from "./azure.ts";
import { ecb } from "./ecb.ts";
import { listPrices } from "./list-prices.ts";
import { lium } from "./lium.ts";
import { oci } from "./oci.ts";
import { runpod } from "./runpod.ts";
import type { Source } from "./source.ts";
import { vast } from "./vast.ts";
import { verda } from "./verda.ts";
import { vultr } from "./vultr.ts";

/** Every collector. To add one: write its file and its fixtures, and add one line here. */
export const sources: readonly Source[] = [
  akash,
  aws,
  awsSpotFeed,
  awsSpot,
  azure,
  ecb,
  listPrices,
  lium,
  oci,
  runpod,
  vast,
  verda,
  vultr,
];
