import { akash } from "./akash.ts";
import { aws } from "./aws.ts";
import { awsSpot } from "./aws-spot.ts";
import { awsSpotFeed } from "./aws-spot-feed.ts";
import { azure } from "./azure.ts";
import { cloudrift } from "./cloudrift.ts";
import { crusoe } from "./crusoe.ts";
import { cudo } from "./cudo.ts";
import { digitalocean } from "./digitalocean.ts";
import { ecb } from "./ecb.ts";
import { gcp } from "./gcp.ts";
import { gcpCalculator } from "./gcp-calculator.ts";
import { gpuai } from "./gpuai.ts";
import { hotaisle } from "./hotaisle.ts";
import { hyperbolic } from "./hyperbolic.ts";
import { hyperstack } from "./hyperstack.ts";
import { ionet } from "./ionet.ts";
import { jarvislabs } from "./jarvislabs.ts";
import { lambda } from "./lambda.ts";
import { latitude } from "./latitude.ts";
import { linode } from "./linode.ts";
import { listPrices } from "./list-prices.ts";
import { lium } from "./lium.ts";
import { liumFleet, liumMachines } from "./lium-fleet.ts";
import { mithril } from "./mithril.ts";
import { nebius } from "./nebius.ts";
import { novita } from "./novita.ts";
import { oci } from "./oci.ts";
import { ociShapes } from "./oci-shapes.ts";
import { openrouter } from "./openrouter.ts";
import { ovh } from "./ovh.ts";
import { primeintellect } from "./primeintellect.ts";
import { runpod } from "./runpod.ts";
import { runpodCatalog } from "./runpod-catalog.ts";
import { salad } from "./salad.ts";
import { scaleway } from "./scaleway.ts";
import { seeweb } from "./seeweb.ts";
import { sfcompute } from "./sfcompute.ts";
import { shadeform } from "./shadeform.ts";
import type { Source } from "./source.ts";
import { spheron } from "./spheron.ts";
import { tensordock } from "./tensordock.ts";
import { thundercompute } from "./thundercompute.ts";
import { together } from "./together.ts";
import { vast } from "./vast.ts";
import { verda } from "./verda.ts";
import { voltagepark } from "./voltagepark.ts";
import { vultr } from "./vultr.ts";

/** Every collector. To add one: write its file and its fixtures, and add one line here. */
export const sources: readonly Source[] = [
  akash,
  aws,
  awsSpot,
  awsSpotFeed,
  azure,
  cloudrift,
  crusoe,
  cudo,
  digitalocean,
  ecb,
  gcp,
  gcpCalculator,
  gpuai,
  hotaisle,
  hyperbolic,
  hyperstack,
  ionet,
  jarvislabs,
  lambda,
  latitude,
  linode,
  listPrices,
  lium,
  liumFleet,
  liumMachines,
  mithril,
  nebius,
  novita,
  oci,
  ociShapes,
  openrouter,
  ovh,
  primeintellect,
  runpod,
  runpodCatalog,
  salad,
  scaleway,
  seeweb,
  sfcompute,
  shadeform,
  spheron,
  tensordock,
  thundercompute,
  together,
  vast,
  verda,
  voltagepark,
  vultr,
];
