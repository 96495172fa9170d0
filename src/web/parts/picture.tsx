import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** A drawing as wide as its place, in real pixels, so that its words keep their size. */
export const Picture = ({
  label,
  height,
  kind = "",
  children,
}: {
  label: string;
  height: number;
  kind?: string;
  children: (width: number) => ComponentChildren;
}) => {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = (): void => setWidth(Math.floor(element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} class="picture-box" style={{ minHeight: `${height}px` }}>
      {width > 0 && (
        <svg
          class={`picture ${kind}`}
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={label}
        >
          {children(width)}
        </svg>
      )}
    </div>
  );
};
