import { useEffect, useState } from "preact/hooks";
import { type Place, readPlace, withParams, writePlace } from "./location.ts";

const listeners = new Set<(place: Place) => void>();
let current = readPlace(window.location.search);

const tell = (place: Place): void => {
  current = place;
  for (const listener of listeners) listener(place);
};

window.addEventListener("popstate", () => tell(readPlace(window.location.search)));

/** Goes to a place. `replace` is for what changes with every key: back then leaves it as one step. */
export const go = (place: Place, how: "push" | "replace" = "push"): void => {
  const address = `${window.location.pathname}${writePlace(place)}`;
  if (how === "replace" || address === `${window.location.pathname}${window.location.search}`) {
    window.history.replaceState(null, "", address);
  } else window.history.pushState(null, "", address);
  const moved = place.room !== current.room || place.params.gpu !== current.params.gpu;
  tell(place);
  if (moved) window.scrollTo(0, 0);
};

/** Changes parameters of the present place. */
export const patch = (change: Record<string, string | null>, how: "push" | "replace" = "push"): void =>
  go(withParams(current, change), how);

/** The present place; renders again when it changes. */
export const usePlace = (): Place => {
  const [place, setPlace] = useState(current);
  useEffect(() => {
    listeners.add(setPlace);
    setPlace(current);
    return () => void listeners.delete(setPlace);
  }, []);
  return place;
};
