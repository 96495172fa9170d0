/** Fourteen observations made up for tests: log quantity, log price, two supply shifters, one control, weights. */
export const smallMarket = {
  quantity: [3.1, 2.4, 4.0, 1.2, 2.2, 3.6, 0.9, 2.9, 1.6, 3.8, 2.1, 2.7, 1.1, 3.3],
  price: [1.0, 1.6, 0.4, 2.5, 1.9, 0.8, 2.9, 1.1, 2.2, 0.5, 1.5, 1.4, 2.6, 0.7],
  calm: [1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0],
  outage: [0.2, 0.9, 0.1, 1.8, 1.1, 0.7, 1.7, 0.6, 1.9, 0.3, 1.2, 0.5, 1.4, 0.8],
  control: [0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0],
  weights: [1, 2, 1, 4, 2, 1, 8, 1, 2, 1, 1, 4, 2, 1],
} as const;
