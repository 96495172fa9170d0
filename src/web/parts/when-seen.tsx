import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { InView } from "../lib/in-view.ts";

/** Holds a place of some height, and builds its content once it comes near the screen. */
export const WhenSeen = ({ height, children }: { height: number; children: ComponentChildren }) => {
  const box = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  const [built, setBuilt] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const isNear = entries.at(-1)?.isIntersecting ?? false;
        setNear(isNear);
        if (isNear) setBuilt(true);
      },
      { rootMargin: "200px 0px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} style={built ? {} : { minHeight: `${height}px` }}>
      {built && <InView.Provider value={near}>{children}</InView.Provider>}
    </div>
  );
};
