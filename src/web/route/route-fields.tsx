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

interface ControlProps {
  readonly field: Field;
  readonly value: string;
  readonly fault: string | undefined;
}

const Control = ({ field, value, fault, id }: ControlProps & { id: string }) =>
  field.kind === "choice" ? (
    <select
      id={id}
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
      id={id}
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
  );

const Input = ({ field, value, fault }: ControlProps) => {
  const id = `route-${field.name}`;
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
    <div class={`field ${field.wide ? "wide" : ""}`}>
      <label htmlFor={id}>{field.label}</label>
      <Control field={field} value={value} fault={fault} id={id} />
      {fault !== undefined && <small role="alert">{fault}</small>}
    </div>
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
