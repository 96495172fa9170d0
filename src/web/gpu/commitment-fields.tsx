import type { Params } from "../lib/location.ts";
import { patch } from "../lib/use-place.ts";
import { commitmentFields } from "./commitment-form.ts";

/** The terms of the contract; an empty field shows what counts in its place. */
export const CommitmentFields = ({
  params,
  values,
  faults,
}: {
  /** As typed. */
  params: Params;
  values: Params;
  faults: Readonly<Record<string, string>>;
}) => (
  <form class="commitment" aria-label="Terms of the contract" onSubmit={(event) => event.preventDefault()}>
    {commitmentFields.map(({ name, label, low, high, step }) => (
      <div class="field" key={name}>
        <label for={`commitment-${name}`}>{label}</label>
        <input
          id={`commitment-${name}`}
          type="number"
          name={name}
          min={low}
          max={high}
          step={step}
          value={params[name] ?? ""}
          placeholder={values[name] || (name === "market" ? "the index" : "type a price")}
          aria-invalid={faults[name] !== undefined}
          onInput={(event) => patch({ [name]: event.currentTarget.value }, "replace")}
        />
        {faults[name] !== undefined && <small role="alert">{faults[name]}</small>}
      </div>
    ))}
  </form>
);
