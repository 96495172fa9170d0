import type { ComponentChildren } from "preact";
import { type Place, writePlace } from "../lib/location.ts";
import { go } from "../lib/use-place.ts";

/** A link within the page: a plain click goes there without loading, any other does what browsers do. */
interface LinkProps {
  readonly to: Place;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly title?: string;
  readonly tabIndex?: number;
  readonly "aria-current"?: "page" | undefined;
}

export const Link = ({ to, children, ...rest }: LinkProps) => (
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
