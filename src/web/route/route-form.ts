import type { Params } from "../lib/location.ts";

/** Fields of the form, as they stand in the address. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: "text" | "number" | "list" | "flag" | "choice";
  readonly hint?: string;
  readonly choices?: readonly (readonly [value: string, label: string])[];
  readonly group: "Job" | "Where" | "Who" | "Limits";
  readonly wide?: boolean;
}

export const fields: readonly Field[] = [
  { name: "gpu", label: "GPU, or any of", kind: "text", hint: "h100 or h100, h200", group: "Job" },
  { name: "min_vram", label: "or memory from, GiB", kind: "number", hint: "80", group: "Job" },
  { name: "gpus", label: "GPUs", kind: "number", hint: "8", group: "Job" },
  { name: "hours", label: "Hours", kind: "number", hint: "24", group: "Job" },
  { name: "interruptible", label: "May be interrupted (spot)", kind: "flag", group: "Job", wide: true },
  { name: "countries", label: "Countries", kind: "list", hint: "US, DE", group: "Where" },
  { name: "jurisdictions", label: "Jurisdictions", kind: "list", hint: "EU, US", group: "Where" },
  {
    name: "regions",
    label: "Regions",
    kind: "list",
    hint: "as the venues write them",
    group: "Where",
    wide: true,
  },
  { name: "allow", label: "Only these providers", kind: "list", hint: "verda, lambda", group: "Who" },
  { name: "deny", label: "None of these", kind: "list", hint: "aws", group: "Who" },
  {
    name: "tier",
    label: "Tier",
    kind: "choice",
    choices: [
      ["", "any"],
      ["secure", "secure"],
      ["community", "community"],
    ],
    group: "Who",
  },
  { name: "min_reliability", label: "Reliability from", kind: "number", hint: "0.98", group: "Who" },
  { name: "single_provider", label: "All from one provider", kind: "flag", group: "Who" },
  { name: "max_provider_share", label: "Most from one, share", kind: "number", hint: "0.5", group: "Who" },
  { name: "max_usd_per_gpu_hour", label: "Most, $/GPU-h", kind: "number", hint: "3.50", group: "Limits" },
  { name: "max_total_usd", label: "Budget, $", kind: "number", hint: "500", group: "Limits" },
  { name: "max_age_hours", label: "Oldest price, hours", kind: "number", hint: "24", group: "Limits" },
  { name: "k", label: "Plans", kind: "number", hint: "3", group: "Limits" },
  { name: "executable_only", label: "Orderable now only", kind: "flag", group: "Limits" },
];

const defaults: Params = { gpu: "h100", gpus: "8", hours: "24" };

/** What the form shows: the address over the defaults; a memory wish takes the place of the default GPU. */
export const valuesOf = (params: Params): Params => {
  const { room: _room, ...given } = params;
  const base = given.min_vram === undefined ? defaults : { ...defaults, gpu: "" };
  return { ...base, ...given };
};

/** Fields whose text is not what they want, with why. */
export const faultsOf = (values: Params): Readonly<Record<string, string>> => {
  const faults: Record<string, string> = {};
  for (const { name, kind } of fields) {
    const text = values[name]?.trim() ?? "";
    if (kind === "number" && text !== "" && !(Number(text) > 0)) faults[name] = "a number above 0";
  }
  for (const name of ["gpus", "k"]) {
    const text = values[name]?.trim() ?? "";
    if (text !== "" && !Number.isInteger(Number(text))) faults[name] = "a whole number";
  }
  for (const name of ["gpus", "hours"]) if (!values[name]?.trim()) faults[name] = "needed";
  if (!values.gpu?.trim() && !values.min_vram?.trim()) faults.gpu = "name a GPU, or a memory beside";
  return faults;
};

const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** Parameters of the form that a constraint of the request comes from. */
export const paramsOf = (constraint: string): readonly string[] =>
  constraint === "providers" ? ["allow", "deny"] : [constraint];

/** The request that the form stands for; null while a field is wrong. */
export const requestOf = (values: Params): Record<string, unknown> | null => {
  if (Object.keys(faultsOf(values)).length > 0) return null;
  const body: Record<string, unknown> = {};
  const providers: Record<string, string[]> = {};
  for (const { name, kind } of fields) {
    const text = values[name]?.trim() ?? "";
    if (text === "") continue;
    if (name === "min_vram") body.min = { vram_gib: Number(text) };
    else if (name === "allow" || name === "deny") providers[name] = listOf(text);
    else if (kind === "number") body[name] = Number(text);
    else if (kind === "list") body[name] = listOf(text);
    else if (kind === "flag") body[name] = text === "1";
    else body[name] = text;
  }
  const several = listOf(values.gpu ?? "");
  delete body.gpu;
  if (body.min === undefined) {
    if (several.length === 1) body.gpu = several[0];
    else body.any_of = several;
  }
  return Object.keys(providers).length === 0 ? body : { ...body, providers };
};
