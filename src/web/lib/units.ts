import { decimal, figure, signedDollars } from "./format.ts";

const isShare = (words: string): boolean => /^share\b/.test(words);
const isPercent = (words: string): boolean => /^(percent|%)/.test(words);
const isBps = (words: string): boolean => /^(bp|basis points)\b/.test(words);

/** The number in as many decimals as its unit has everywhere, shares and log points as the percentage they are. */
export const barely = (value: number, unit: string | null): string => {
  const words = (unit ?? "").trim();
  if (words === "log points") return `${decimal(100 * Math.expm1(value), 2, true)} %`;
  if (isShare(words)) return `${decimal(value * 100, 1)} %`;
  if (isPercent(words)) return `${decimal(value, 1)} %`;
  if (isBps(words)) return Math.abs(value) < 999.5 ? decimal(value, 0) : `${decimal(value / 100, 1)} %`;
  if (/^(days|hours|minutes)\b/.test(words)) return decimal(value, 1);
  return /^USD\b/.test(words) ? signedDollars(value) : figure(value);
};

/** The number with the words of its unit behind. */
export const withUnit = (value: number, unit: string | null): string => {
  const words = (unit ?? "").trim();
  const number = barely(value, words);
  if (words === "" || words === "log points" || /^(one|ratio|base period)/.test(words)) return number;
  if (isShare(words)) return number + words.slice(5);
  if (isPercent(words)) return number + words.replace(/^(percent|%)/, "");
  if (isBps(words)) return number.endsWith("%") ? number : `${number} bp`;
  if (/^USD\b/.test(words))
    return number + words.slice(3).replace(" per GPU-hour", "/GPU-h").replace(" per ", "/");
  return `${number} ${words}`;
};
