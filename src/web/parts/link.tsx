import type { ComponentChildren } from "preact";
import { type Place, writePlace } from "../lib/location.ts";
import { go } from "../lib/use-place.ts";

/** A link within the page: a plain click goes there without loading, any other does what browsers do. */
export const Link = ({
  to,
  children,
  ...rest
}: { to: Place; children: ComponentChildren } & Omit<
  preact.JSX.AnchorHTMLAttributes<HTMLAnchorElement>,
  "href" | "onClick"
>) => (
  <a
    {...rest}
    href={writePlace(to)}
    onClick={(event) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      go(to);
    }}
  >
    {children}
  </a>
);

export const gpuPlace = (gpu: string, params: Readonly<Record<string, string>> = {}): Place => ({
  room: "gpu",
  params: { gpu, ...params },
});
