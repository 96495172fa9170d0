import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Wraps its children and cuts at its height; what does not fit takes no focus and is not read out. */
export const Fitting = ({ class: name, children }: { class: string; children: ComponentChildren }) => {
  const box = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = (): void => {
      const bottom = element.getBoundingClientRect().bottom;
      for (const child of element.children) {
        (child as HTMLElement).inert = child.getBoundingClientRect().bottom > bottom + 1;
      }
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  });
  return (
    <span ref={box} class={name}>
      {children}
    </span>
  );
};
