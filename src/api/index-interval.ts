import { badInput } from "../errors.ts";
import type { Method } from "./index-row.ts";

interface IntervalQuery {
  readonly from?: string;
  readonly to?: string;
  readonly vintage?: string;
  readonly interval?: string;
}

/** Throws `bad_input` for an interval that the answer would not heed: of one value, or of days that hold other hours. */
export const checkInterval = ({ from, to, vintage, interval }: IntervalQuery, method: Method): void => {
  if (interval === undefined) return;
  if (method === "hedonic" && vintage === undefined) {
    if (interval !== "1d") throw badInput("interval", "a hedonic index has a value a day", ["1d"]);
    return;
  }
  if (from === undefined && to === undefined && vintage === undefined)
    throw badInput("interval", "is of a series. Give from or to as well");
};
