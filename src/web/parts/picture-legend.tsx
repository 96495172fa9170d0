/** A mark of a drawing: its class and its words; false where it is not drawn. */
export type Mark = readonly [kind: string, words: string] | false;

const Swatch = ({ kind }: { kind: string }) => {
  if (kind.startsWith("area")) return <rect class={kind} x="1" y="1" width="18" height="10" />;
  if (kind.startsWith("dot")) return <circle class={kind} cx="10" cy="6" r="4" />;
  return <path class={kind} d="M0 6H20" />;
};

/** The marks of a drawing with their words, beneath it. */
export const PictureLegend = ({ marks }: { marks: readonly Mark[] }) => (
  <p class="legend marks">
    {marks.map(
      (mark) =>
        mark && (
          <span key={mark[0]}>
            <svg class="picture" width="20" height="12" aria-hidden="true">
              <Swatch kind={mark[0]} />
            </svg>
            {mark[1]}
          </span>
        ),
    )}
  </p>
);
