import { type Environment, settings } from "../config.ts";
import { tableText } from "./table.ts";

/** Every setting with what is set, its default and its meaning, and which keys of sources are set; no secret. */
export const settingsText = (environment: Environment, keyNames: readonly string[]): string => {
  const rows = settings.map(([variable, fallback, meaning]) => ({
    variable,
    value: shown(variable, environment[variable]),
    default: fallback,
    meaning,
  }));
  const keys = keyNames.map((name) => ({ key: name, set: environment[name] ? "yes" : "no" }));
  return `${tableText(rows)}\n\nKeys of sources\n${tableText(keys)}`;
};

const shown = (variable: string, value: string | undefined): string => {
  if (!value) return "";
  return variable === "GPUTAPE_KEYS" ? "set" : value;
};
