/** One of a few words, as buttons in a row. */
export const Segmented = <T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}) => (
  <fieldset class="segmented">
    <legend class="hidden">{label}</legend>
    {options.map(([option, word]) => (
      <button key={option} type="button" aria-pressed={option === value} onClick={() => onChange(option)}>
        {word}
      </button>
    ))}
  </fieldset>
);
