export type StatusName = "ok" | "stale" | "failing" | "disabled" | "waiting" | "archive";

const shapes: Readonly<Record<StatusName, preact.JSX.Element>> = {
  ok: <circle cx="6" cy="6" r="4.5" />,
  stale: <path d="M6 1l5.2 9.5H.8z" />,
  failing: <path d="M2 1L1 2l4 4-4 4 1 1 4-4 4 4 1-1-4-4 4-4-1-1-4 4z" />,
  disabled: <path d="M1 5h10v2H1z" />,
  waiting: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.5" />,
  archive: <path d="M1 1h10v3H1zM2 5h8v6H2z" />,
};

/** Shape, colour and word say the same. */
export const Status = ({ name, children }: { name: StatusName; children?: string }) => (
  <span class={`status ${name}`}>
    <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      {shapes[name]}
    </svg>
    {children ?? name}
  </span>
);
