import { useEffect, useState } from "preact/hooks";
import type { Answer } from "../api-types.ts";
import { getAnswer } from "./client.ts";
import { useTick } from "./clock.ts";

/** The answers of several addresses, in their order; one that fails is null. The old ones stay while new ones load. */
export const useAnswers = <T>(paths: readonly string[]): readonly (Answer<T> | null)[] => {
  const tick = useTick();
  const key = paths.join("\n");
  const [kept, setKept] = useState<readonly (Answer<T> | null)[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    void Promise.all(paths.map((path) => getAnswer<T>(path, stop.signal))).then((results) => {
      if (stop.signal.aborted) return;
      setKept(results.map((result) => (result?.ok ? result.answer : null)));
    });
    return () => stop.abort();
  }, [key, tick]);
  return kept.length === paths.length ? kept : paths.map(() => null);
};
