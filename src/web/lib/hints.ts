/** Words of the trade that the page does not explain where they stand. */
export const hints = {
  "basis points": "hundredths of a percent; from 1,000 on they are written as percent",
  "first-stage F":
    "how well what moves supply alone tells prices apart; below 10 too weak for an elasticity to be printed",
  HHI: "sum of the squared weights of the providers: 1 is a single one, 0.25 is four alike",
  isotonic: "a line through the prices that never falls, each price brought to average quality",
  kappa: "percent fewer rentals where a machine asks one percent more than others",
  "log points": "natural logarithm of the ratio of two prices: 0.1 is about 10 %, 0.693 is twice",
  provisional: "final a day later, as late data may still change it",
} as const satisfies Readonly<Record<string, string>>;

export type Hinted = keyof typeof hints;
