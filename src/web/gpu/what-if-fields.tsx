import { useEffect, useState } from "preact/hooks";
import { percent } from "../lib/format.ts";
import type { Params } from "../lib/location.ts";
import { patch } from "../lib/use-place.ts";
import { mostElasticity, mostShock, type WhatIf } from "./what-if.ts";

const set = (name: string, value: string): void =>
  patch({ [name]: value === "0" || value === "" ? null : value }, "replace");

const Slider = ({ name, label, value }: { name: string; label: string; value: number }) => {
  const [moved, setMoved] = useState(value);
  useEffect(() => setMoved(value), [value]);
  return (
    <label>
      {label}
      <input
        type="range"
        name={name}
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

/** What if there were more or less of either side, and demand answered to price as assumed. */
export const WhatIfFields = ({ whatIf, params }: { whatIf: WhatIf; params: Params }) => {
  const text = params.elasticity ?? "";
  const wrong = text !== "" && whatIf.elasticity === null;
  const changed = text !== "" || whatIf.supplyPercent !== 0 || whatIf.demandPercent !== 0;
  return (
    <form class="what-if" aria-label="What if" onSubmit={(event) => event.preventDefault()}>
      <strong>What if</strong>
      <Slider name="shock_supply" label="Supply" value={whatIf.supplyPercent} />
      <Slider name="shock_demand" label="Demand" value={whatIf.demandPercent} />
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
