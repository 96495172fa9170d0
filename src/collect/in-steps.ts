import { breathe } from "../breathe.ts";

const stepRows = 2000;

/** Goes through many rows without holding the event loop. Empty: nothing. */
export const inSteps = async <T>(items: readonly T[], take: (item: T) => void): Promise<void> => {
  for (let index = 0; index < items.length; index++) {
    take(items[index]!);
    if (index % stepRows === stepRows - 1) await breathe();
  }
};
