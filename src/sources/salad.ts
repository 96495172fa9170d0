import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { payloadOf } from "./pages.ts";
import {
  asArray,
  asObject,
  isObject,
  type Json,
  judge,
  number,
  positive,
  readJson,
  readRows,
  text,
} from "./read.ts";
import { orElse, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl, keys }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({
    name: "classes",
    url: `${baseUrl}/api/public/organizations/${encodeURIComponent(keys.SALAD_ORGANIZATION ?? "")}/gpu-classes`,
    headers: { "Salad-Api-Key": keys.SALAD_API_KEY ?? "" },
  }),
];

const parse = (payloads: readonly RawPayload[], _observedAt: Instant): Parsed => {
  const { items } = asObject(readJson(payloadOf(payloads, "classes")), "classes");
  const rows = readRows(asArray(items, "classes.items"), { must: ["id", "name", "prices"] }, readClass);
  return { ...rows, completeness: judge(rows) };
};

const priorities = new Set(["batch", "low", "medium", "high"]);

/** Four prices a GPU, by who gives way first; all of them can be interrupted. */
const readClass = (row: Json): Reading => {
  const [id, name] = [text(row.id), text(row.name)];
  if (id === null || name === null) return ["no_name"];
  if (!Array.isArray(row.prices)) return ["no_price"];
  const rows = row.prices.map((each: unknown): OfferDraft | string => {
    const priority = isObject(each) ? text(each.priority) : null;
    if (!isObject(each) || priority === null || !priorities.has(priority)) return "unknown_priority";
    const price = number(each.price) ?? Number.NaN;
    return {
      provider: "salad",
      offerId: `${id}/${priority}`,
      gpuRaw: name.replace(/\s*\(.*\)$/, ""),
      vramGib: positive(/\((\d+) ?GB\)/i.exec(name)?.[1]),
      gpuCount: 1,
      purchase: "spot",
      tier: "community",
      priceRaw: price,
      unitRaw: `USD per GPU-hour at ${priority} priority`,
      currency: "USD",
      pricePerGpuHour: price,
    };
  });
  return orElse(rows, "no_price");
};

/** Salad: GPUs of people's own machines, at four priorities. */
export const salad: Source = {
  id: "salad",
  name: "Salad",
  kind: "marketplace",
  provider: "salad",
  docsUrl: "https://docs.salad.com/reference/saladcloud-api/organizations/list-gpu-classes",
  baseUrl: "https://api.salad.com",
  everyMinutes: 60,
  needs: ["SALAD_API_KEY", "SALAD_ORGANIZATION"],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 2,
  fetch,
  parse,
};
