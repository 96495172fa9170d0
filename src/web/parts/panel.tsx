import type { ComponentChildren } from "preact";

/** A titled part of a room; `busy` draws a thin line while the old picture stands. */
export const Panel = ({
  title,
  note,
  tools,
  busy = false,
  children,
}: {
  title: string;
  note?: ComponentChildren;
  tools?: ComponentChildren;
  busy?: boolean;
  children: ComponentChildren;
}) => (
  <section class="panel" aria-label={title} aria-busy={busy}>
    <header>
      <h2>{title}</h2>
      {note !== undefined && <p class="muted">{note}</p>}
      {tools !== undefined && <div class="tools">{tools}</div>}
    </header>
    {children}
  </section>
);

/** The switch every chart has: picture or numbers. */
export const Twin = ({ value, onChange }: { value: string; onChange: (value: string | null) => void }) => (
  <button
    type="button"
    class="tool"
    aria-pressed={value === "table"}
    onClick={() => onChange(value === "table" ? null : "table")}
  >
    {value === "table" ? "Chart" : "Table"}
  </button>
);
