import { useEffect, useState } from "preact/hooks";
import type { Demand } from "../api-types.ts";
import { percent } from "../lib/format.ts";
import type { Params } from "../lib/location.ts";
import { patch } from "../lib/use-place.ts";
import { mostElasticity, mostShock, type WhatIf } from "./what-if.ts";

const set = (name: string, value: string): void =>
  patch({ [name]: value === "0" || value === "" ? null : value }, "replace");

const Slider = ({
  name,
  label,
  value,
  acts,
}: {
  name: string;
  label: string;
  value: number;
  acts: boolean;
}) => {
  const [moved, setMoved] = useState(value);
  useEffect(() => setMoved(value), [value]);
  return (
    <label>
      {label}
      <input
        type="range"
        name={name}
        disabled={!acts}
        min={-mostShock}
        max={mostShock}
        step="5"
        value={moved}
        onInput={(event) => setMoved(Number(event.currentTarget.value))}
        onChange={(event) => set(name, event.currentTarget.value)}
      />
      <output>{moved === 0 ? "0 %" : percent(moved).replace(".0", "")}</output>
    </label>
  );
};

/** Why shocks change nothing, if so. */
const idleWords = (data: Demand | null): string | null => {
  if (data === null || data.elasticity.value !== null) return null;
  return "Without an elasticity shocks have no equilibrium to move: assume one.";
};

/** What if there were more or less of either side, and demand answered to price as assumed. */
export const WhatIfFields = ({
  whatIf,
  params,
  data,
}: {
  whatIf: WhatIf;
  params: Params;
  /** Null until there is an answer. */
  data: Demand | null;
}) => {
  const idle = idleWords(data);
  const text = params.elasticity ?? "";
  const wrong = text !== "" && whatIf.elasticity === null;
  const changed = text !== "" || whatIf.supplyPercent !== 0 || whatIf.demandPercent !== 0;
  return (
    <form class="what-if" aria-label="What if" onSubmit={(event) => event.preventDefault()}>
      <strong>What if</strong>
      <Slider name="shock_supply" label="Supply" value={whatIf.supplyPercent} acts={idle === null} />
      <Slider name="shock_demand" label="Demand" value={whatIf.demandPercent} acts={idle === null} />
      <label>
        Assume an elasticity
        <input
          type="number"
          name="elasticity"
          min="0"
          max={mostElasticity}
          step="0.1"
          placeholder="as fitted"
          value={text}
          aria-invalid={wrong}
          onInput={(event) => patch({ elasticity: event.currentTarget.value }, "replace")}
        />
      </label>
      {wrong && <small role="alert">a number from 0 to {mostElasticity}</small>}
      {idle !== null && <small class="muted">{idle}</small>}
      {changed && (
        <button
          type="button"
          class="tool"
          onClick={() => patch({ shock_supply: null, shock_demand: null, elasticity: null }, "replace")}
        >
          Take back
        </button>
      )}
    </form>
  );
};
