import { patch } from "../lib/use-place.ts";
import { mostRatePercent } from "./forward-shape.ts";

/** The cost of capital, which forward rates and commitments share. */
export const RateField = ({ text, wrong, usual }: { text: string; wrong: boolean; usual: string }) => (
  <div class="inline-form">
    <label>
      Cost of capital
      <input
        type="number"
        name="rate"
        min="0"
        max={mostRatePercent}
        step="0.5"
        placeholder={usual}
        value={text}
        aria-invalid={wrong}
        onInput={(event) => patch({ rate: event.currentTarget.value }, "replace")}
      />
      % a year
    </label>
    {wrong && <small role="alert">a number from 0 to {mostRatePercent}</small>}
  </div>
);
