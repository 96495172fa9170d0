import { useEffect, useState } from "preact/hooks";
import type { Answer } from "../api-types.ts";
import { type Failure, postAnswer } from "./client.ts";
import { note } from "./use-answer.ts";

export interface Posted<T> {
  readonly answer: Answer<T> | null;
  readonly failure: Failure | null;
  readonly busy: boolean;
  readonly again: () => void;
}

interface Kept<T> {
  readonly sent: string;
  readonly scope: string;
  readonly answer: Answer<T> | null;
  readonly failure: Failure | null;
}

/**
 * Posts a body a moment after it stops changing, and when asked again; never by the clock, as each answer is
 * journaled. Null posts nothing. The old answer stays while the next is on its way, within one `scope`.
 */
export const usePost = <T>(path: string, body: unknown, scope: string, delayMs = 350): Posted<T> => {
  const text = body === null ? "" : JSON.stringify(body);
  const [round, setRound] = useState(0);
  const [busy, setBusy] = useState(false);
  const [kept, setKept] = useState<Kept<T>>({ sent: "", scope: "", answer: null, failure: null });
  useEffect(() => {
    if (text === "") return;
    const stop = new AbortController();
    setBusy(true);
    const timer = window.setTimeout(async () => {
      const result = await postAnswer<T>(path, JSON.parse(text), stop.signal);
      if (result === null) return;
      note(result);
      setBusy(false);
      setKept(
        result.ok
          ? { sent: text, scope, answer: result.answer, failure: null }
          : { sent: text, scope, answer: null, failure: result.failure },
      );
    }, delayMs);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [path, text, scope, round, delayMs]);

  const again = (): void => setRound((count) => count + 1);
  if (text === "" || kept.scope !== scope) return { answer: null, failure: null, busy: text !== "", again };
  return { answer: kept.answer, failure: kept.failure, busy, again };
};
