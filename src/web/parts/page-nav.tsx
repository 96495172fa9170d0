import { useEffect } from "preact/hooks";

const holdMs = 3000;
const hands = ["wheel", "touchstart", "keydown", "pointerdown"] as const;

/** Goes to a part, and stays with it while what lies above it is still growing, until the reader moves. */
const jump = (id: string): void => {
  const part = document.getElementById(id);
  if (!part) return;
  const observer = new ResizeObserver(() => part.scrollIntoView());
  const stop = (): void => {
    observer.disconnect();
    for (const type of hands) window.removeEventListener(type, stop);
  };
  observer.observe(document.body);
  for (const type of hands) window.addEventListener(type, stop, { passive: true });
  window.setTimeout(stop, holdMs);
};

/** Parts of a long room, as links that jump to them; an address that names one opens there. */
export const PageNav = ({
  label,
  parts,
}: {
  label: string;
  parts: readonly (readonly [id: string, name: string])[];
}) => {
  useEffect(() => {
    const id = window.location.hash.slice(1);
    if (parts.some(([part]) => part === id)) jump(id);
  }, []);
  return (
    <nav class="page-nav" aria-label={label}>
      {parts.map(([id, name]) => (
        <a key={id} href={`#${id}`} onClick={() => jump(id)}>
          {name}
        </a>
      ))}
    </nav>
  );
};
