import { figure, percent, signedDollars } from "./format.ts";

/** A number with the unit the API names: shares as percent, USD with its sign, others with their words behind. */
export const withUnit = (value: number, unit: string | null): string => {
  const words = (unit ?? "").trim();
  if (words === "" || /^(one|ratio|base period)/.test(words)) return figure(value);
  if (/^share\b/.test(words)) return `${figure(value * 100)} %${words.slice(5)}`;
  if (/^(percent|%)/.test(words)) return `${figure(value)} %${words.replace(/^(percent|%)/, "")}`;
  if (/^(bp|basis points)\b/.test(words)) return `${figure(value)} bp`;
  if (/^USD\b/.test(words))
    return `${signedDollars(value)}${words.slice(3).replace(" per GPU-hour", "/GPU-h").replace(" per ", "/")}`;
  return `${figure(value)} ${words}`;
};

/** The number alone, for bounds beside one with its words; log points as the change they are. */
export const barely = (value: number, unit: string | null): string => {
  const words = (unit ?? "").trim();
  if (words === "log points") return percent(100 * Math.expm1(value));
  if (/^share\b/.test(words)) return `${figure(value * 100)} %`;
  return /^USD\b/.test(words) ? signedDollars(value) : figure(value);
};
