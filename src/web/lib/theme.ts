import { useEffect, useState } from "preact/hooks";

const themes = ["auto", "light", "dark"] as const;
type Theme = (typeof themes)[number];

const key = "gputape-theme";
const listeners = new Set<() => void>();
const system = window.matchMedia("(prefers-color-scheme: dark)");

const stored = (): Theme => {
  try {
    return themes.find((theme) => theme === window.localStorage.getItem(key)) ?? "auto";
  } catch {
    return "auto";
  }
};

let theme = stored();

const apply = (): void => {
  const dark = theme === "dark" || (theme === "auto" && system.matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  for (const listener of listeners) listener();
};

system.addEventListener("change", apply);
apply();

const setTheme = (next: Theme): void => {
  theme = next;
  try {
    window.localStorage.setItem(key, next);
  } catch {
    // Storage can be forbidden; the choice then lasts as long as the page.
  }
  apply();
};

/** The one after the present: auto, light, dark. */
export const cycleTheme = (): void => setTheme(themes[(themes.indexOf(theme) + 1) % themes.length]!);

/** The chosen theme and whether it is dark now; renders again when either changes. */
export const useTheme = (): { readonly theme: Theme; readonly dark: boolean } => {
  const [, again] = useState(0);
  useEffect(() => {
    const listener = (): void => again((count) => count + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return { theme, dark: document.documentElement.dataset.theme === "dark" };
};
