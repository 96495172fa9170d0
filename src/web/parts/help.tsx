import { useEffect, useRef } from "preact/hooks";
import { hints } from "../lib/hints.ts";

const keys = [
  ["/", "search"],
  ["g m", "market"],
  ["g g", "GPU"],
  ["g r", "route"],
  ["g e", "economics"],
  ["g s", "sources"],
  ["↑ ↓ Home End", "rows of a table; Enter opens"],
  ["drag, double click", "zoom a chart, and back"],
  ["t", "theme: auto, light, dark"],
  ["?", "this help"],
  ["Esc", "close"],
] as const;

const marks = [
  [<span class="price executable">2.49</span>, "executable: orderable at this price now"],
  [<span class="price indicative">2.49</span>, "indicative: list price, statistic, or stock not told"],
  [
    <span class="price indicative stale">2.49</span>,
    "stale: not confirmed within twice the source's interval",
  ],
  [<span>—</span>, "unknown; hover for the reason"],
] as const;

/** Keys, marks and words of the trade, in a dialog. */
export const Help = ({ onClose }: { onClose: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help-title">
      <header>
        <h2 id="help-title">Keys and marks</h2>
        <button type="button" class="tool" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <dl class="keys">
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
        {marks.map(([mark, meaning]) => (
          <div key={meaning}>
            <dt>{mark}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
        {Object.entries(hints).map(([word, meaning]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p class="muted">
        Prices are USD per GPU-hour unless a heading says otherwise. Times are UTC. The API is at{" "}
        <a href="./docs">/docs</a>.
      </p>
    </dialog>
  );
};
