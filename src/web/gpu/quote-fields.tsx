import type { Params } from "../lib/location.ts";
import { patch } from "../lib/use-place.ts";
import { quoteFields } from "./quote-form.ts";

/** How many GPUs for how long, as typed; an empty field shows what counts in its place. */
export const QuoteFields = ({
  params,
  faults,
}: {
  params: Params;
  faults: Readonly<Record<string, string>>;
}) => (
  <form class="inline-form" aria-label="Quote for" onSubmit={(event) => event.preventDefault()}>
    {quoteFields.map(({ name, before, after, usual, whole }) => (
      <label key={name}>
        {before}{" "}
        <input
          type="text"
          inputMode={whole ? "numeric" : "decimal"}
          name={name}
          autoComplete="off"
          value={params[name] ?? ""}
          placeholder={usual === null ? "any" : String(usual)}
          aria-invalid={faults[name] !== undefined}
          aria-describedby={faults[name] === undefined ? undefined : `quote-${name}-fault`}
          onInput={(event) => patch({ [name]: event.currentTarget.value }, "replace")}
        />{" "}
        {after}
      </label>
    ))}
    {quoteFields.map(
      ({ name }) =>
        faults[name] !== undefined && (
          <small key={name} id={`quote-${name}-fault`} class="fault" role="alert">
            {faults[name]}
          </small>
        ),
    )}
  </form>
);
