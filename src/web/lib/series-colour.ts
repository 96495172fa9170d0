/** The providers most often drawn together have a colour of their own, the same in every chart. */
const own = ["vast", "runpod", "lium", "aws", "azure", "gcp", "lambda", "verda"];
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3]];

export interface SeriesStyle {
  /** Index of the eight series colours. */
  readonly colour: number;
  /** Dash pattern; solid for those with a colour of their own. */
  readonly dash: readonly number[];
}

const hash = (text: string): number =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);

/** Colour and dash of a provider, fixed by its id. */
export const styleOf = (provider: string): SeriesStyle => {
  const index = own.indexOf(provider);
  if (index >= 0) return { colour: index, dash: [] };
  const number = hash(provider);
  return { colour: number % 8, dash: dashes[1 + (Math.floor(number / 8) % 2)]! };
};
