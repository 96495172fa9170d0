import type { GpuFacts } from "../api-types.ts";
import type { Params } from "../lib/location.ts";
import { patch } from "../lib/use-place.ts";
import { type Field, fields } from "./route-form.ts";

interface Props {
  readonly values: Params;
  readonly faults: Readonly<Record<string, string>>;
  readonly gpus: readonly GpuFacts[];
}

const set = (name: string, value: string): void => patch({ [name]: value === "" ? null : value }, "replace");

const Input = ({ field, value, fault }: { field: Field; value: string; fault: string | undefined }) => {
  if (field.kind === "flag") {
    return (
      <label class={`check ${field.wide ? "wide" : ""}`}>
        <input
          type="checkbox"
          name={field.name}
          checked={value === "1"}
          onChange={(event) => set(field.name, event.currentTarget.checked ? "1" : "")}
        />
        {field.label}
      </label>
    );
  }
  return (
    <label class={`field ${field.wide ? "wide" : ""}`}>
      <span>{field.label}</span>
      {field.kind === "choice" ? (
        <select
          name={field.name}
          value={value}
          onChange={(event) => set(field.name, event.currentTarget.value)}
        >
          {field.choices?.map(([option, label]) => (
            <option key={option} value={option}>
              {label}
            </option>
          ))}
        </select>
      ) : (
        <input
          type="text"
          name={field.name}
          inputMode={field.kind === "number" ? "decimal" : "text"}
          value={value}
          placeholder={field.hint}
          autoComplete="off"
          spellcheck={false}
          aria-invalid={fault !== undefined}
          {...(field.name === "gpu" ? { list: "route-gpus", "data-search": "" } : {})}
          onInput={(event) => set(field.name, event.currentTarget.value)}
        />
      )}
      {fault !== undefined && <small role="alert">{fault}</small>}
    </label>
  );
};

const groups = ["Job", "Where", "Who", "Limits"] as const;

/** The request as a form; what it says stands in the address. */
export const RouteFields = ({ values, faults, gpus }: Props) => (
  <form class="form" aria-label="Request" onSubmit={(event) => event.preventDefault()}>
    {groups.map((group) => (
      <fieldset key={group}>
        <legend>{group}</legend>
        {fields
          .filter((field) => field.group === group)
          .map((field) => (
            <Input
              key={field.name}
              field={field}
              value={values[field.name] ?? ""}
              fault={faults[field.name]}
            />
          ))}
      </fieldset>
    ))}
    <datalist id="route-gpus">
      {gpus.map((gpu) => (
        <option key={gpu.id} value={gpu.id}>
          {gpu.name}
        </option>
      ))}
    </datalist>
    <button type="button" class="tool" onClick={() => fields.forEach(({ name }) => void set(name, ""))}>
      Start over
    </button>
  </form>
);
