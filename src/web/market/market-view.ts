import type { Best, MarketRow } from "../api-types.ts";
import type { Params } from "../lib/location.ts";

const workstation = /^(rtx|gtx|quadro|rx|radeon|grid|titan)/i;

export const isDataCentre = ({ name }: Pick<MarketRow, "name">): boolean => !workstation.test(name);

/** Form factors as people choose between them. */
export const formGroups = ["SXM", "OAM", "PCIe", "NVL", "other"] as const;
export type FormGroup = (typeof formGroups)[number];

export const formGroup = (formFactor: string | null): FormGroup | null => {
  if (formFactor === null) return null;
  if (/nvl|superchip/i.test(formFactor)) return "NVL";
  return formGroups.find((group) => formFactor.startsWith(group)) ?? "other";
};

/** What is asked most: data-centre cards, then by how many providers and listings carry them. */
export const askedFirst = (rows: readonly MarketRow[]): MarketRow[] =>
  [...rows].sort(
    (a, b) =>
      Number(isDataCentre(b)) - Number(isDataCentre(a)) ||
      b.providers - a.providers ||
      b.listings - a.listings ||
      (b.fp16_tflops ?? 0) - (a.fp16_tflops ?? 0),
  );

const matches = (row: MarketRow, words: string): boolean => {
  const text = `${row.name} ${row.gpu} ${row.vendor ?? ""} ${row.form_factor ?? ""}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

const hasFresh = (row: MarketRow): boolean =>
  [row.best_on_demand, row.best_spot, row.best_on_demand_community].some((best) => best?.fresh);

const freshBest = (best: Best | null): Best | null => (best?.fresh ? best : null);

/** The row without its old prices. */
const freshOnly = (row: MarketRow): MarketRow => ({
  ...row,
  best_on_demand: freshBest(row.best_on_demand),
  best_spot: freshBest(row.best_spot),
  best_on_demand_community: freshBest(row.best_on_demand_community),
});

/** What an address shows of all rows: those its filters let through, without old prices where it asks for fresh. */
export const shownRows = (rows: readonly MarketRow[], params: Params): MarketRow[] =>
  filtered(params.fresh === "on" ? rows.map(freshOnly) : rows, params);

/** The rows that the filters of an address let through: q, vram, vendor, form, purchase, families, fresh. */
export const filtered = (rows: readonly MarketRow[], params: Params): MarketRow[] =>
  rows.filter(
    (row) =>
      (params.families !== "off" || !row.family) &&
      (params.fresh !== "on" || hasFresh(row)) &&
      (params.purchase !== "on_demand" || row.best_on_demand !== null) &&
      (params.purchase !== "spot" || row.best_spot !== null) &&
      (!params.vram || (row.vram_gib ?? 0) >= Number(params.vram)) &&
      (!params.vendor || row.vendor === params.vendor) &&
      (!params.form || formGroup(row.form_factor) === params.form) &&
      (!params.q || matches(row, params.q)),
  );
