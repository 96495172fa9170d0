import type { MarketRow } from "../api-types.ts";
import type { Params } from "../lib/location.ts";
import { patch } from "../lib/use-place.ts";
import { formGroup, formGroups } from "./market-view.ts";

const memories = [8, 16, 24, 32, 40, 48, 80, 96, 141, 180, 192, 288];
const filters = ["q", "vram", "vendor", "form", "purchase", "tier", "families", "fresh"] as const;

const Choice = ({
  name,
  label,
  value,
  options,
}: {
  name: string;
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
}) => (
  <select aria-label={label} value={value} onChange={(event) => patch({ [name]: event.currentTarget.value })}>
    {options.map(([option, word]) => (
      <option key={option} value={option}>
        {word}
      </option>
    ))}
  </select>
);

const Check = ({ label, checked, onChange }: { label: string; checked: boolean; onChange: () => void }) => (
  <label class="check">
    <input type="checkbox" checked={checked} onChange={onChange} />
    {label}
  </label>
);

/** Search and filters of the market; all of it is in the address. */
export const MarketFilters = ({
  rows,
  shown,
  params,
}: {
  rows: readonly MarketRow[];
  shown: number;
  params: Params;
}) => {
  const vendors = [...new Set(rows.flatMap(({ vendor }) => vendor ?? []))].sort();
  const forms = formGroups.filter((group) => rows.some((row) => formGroup(row.form_factor) === group));
  return (
    <search class="filters">
      <input
        type="search"
        data-search
        aria-label="Search GPUs"
        placeholder="Search GPUs  ( / )"
        value={params.q ?? ""}
        onInput={(event) => patch({ q: event.currentTarget.value }, "replace")}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
          if (event.key !== "ArrowDown" && event.key !== "Enter") return;
          event.preventDefault();
          document.querySelector<HTMLElement>("tr[data-row][tabindex='0']")?.focus();
        }}
      />
      <Choice
        name="vram"
        label="Least memory"
        value={params.vram ?? ""}
        options={[["", "Any memory"], ...memories.map((gib) => [`${gib}`, `≥ ${gib} GiB`] as const)]}
      />
      <Choice
        name="vendor"
        label="Vendor"
        value={params.vendor ?? ""}
        options={[["", "Any vendor"], ...vendors.map((vendor) => [vendor, vendor] as const)]}
      />
      <Choice
        name="form"
        label="Form factor"
        value={params.form ?? ""}
        options={[["", "Any form factor"], ...forms.map((form) => [form, form] as const)]}
      />
      <Choice
        name="purchase"
        label="Terms"
        value={params.purchase ?? ""}
        options={[
          ["", "Any terms"],
          ["on_demand", "On demand"],
          ["spot", "Spot"],
        ]}
      />
      <Choice
        name="tier"
        label="Tier"
        value={params.tier ?? ""}
        options={[
          ["", "Secure or not told"],
          ["secure", "Secure"],
          ["community", "Community"],
        ]}
      />
      <Check
        label="Families"
        checked={params.families !== "off"}
        onChange={() => patch({ families: params.families === "off" ? null : "off" })}
      />
      <Check
        label="Fresh only"
        checked={params.fresh === "on"}
        onChange={() => patch({ fresh: params.fresh === "on" ? null : "on" })}
      />
      {filters.some((name) => params[name]) && (
        <button
          type="button"
          class="tool"
          onClick={() => patch(Object.fromEntries(filters.map((name) => [name, null])))}
        >
          Clear filters
        </button>
      )}
      <span class="shown" aria-live="polite">
        {shown} of {rows.length} GPUs
      </span>
    </search>
  );
};
