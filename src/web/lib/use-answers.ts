import { useEffect, useState } from "preact/hooks";
import type { Answer } from "../api-types.ts";
import { useTick } from "./clock.ts";
import { shareAnswer } from "./share-answer.ts";

interface Kept<T> {
  readonly scope: string;
  readonly answers: readonly (Answer<T> | null)[];
}

/**
 * The answers of several addresses, in their order; one that fails is null, all is null while they load. The old ones stay while new ones of the
 * same `scope` load, which names what each stands for.
 */
export const useAnswers = <T>(
  paths: readonly string[],
  scope: string,
): readonly (Answer<T> | null)[] | null => {
  const tick = useTick();
  const key = paths.join("\n");
  const [kept, setKept] = useState<Kept<T>>({ scope: "", answers: [] });
  useEffect(() => {
    const stop = new AbortController();
    void Promise.all(paths.map((path) => shareAnswer<T>(path, stop.signal))).then((results) => {
      if (stop.signal.aborted) return;
      setKept({ scope, answers: results.map((result) => (result?.ok ? result.answer : null)) });
    });
    return () => stop.abort();
  }, [key, scope, tick]);
  return kept.scope === scope && kept.answers.length === paths.length ? kept.answers : null;
};
