/** Draws from 0 (included) to 1 (excluded). */
export type Random = () => number;

/**
 * A stream of pseudo-random numbers that the seed (any integer) decides wholly: sfc32, its state spread from the
 * seed by 15 discarded draws. Not for secrets.
 */
export const seededRandom = (seed: number): Random => {
  let [a, b, c, counter] = [0, Math.floor(seed / 2 ** 32) | 0, seed | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
};

/** An integer from 0 to below `end`. */
export const randomInteger = (random: Random, end: number): number => Math.floor(random() * end);

/** A standard normal number; two draws of the stream each (Box and Muller). */
export const randomNormal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The time to the next event of a Poisson process with `rate` events a unit of time; rate 0 gives infinity. */
export const randomExponential = (random: Random, rate: number): number => -Math.log(1 - random()) / rate;
