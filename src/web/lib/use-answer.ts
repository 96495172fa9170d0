import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks";
import type { Answer } from "../api-types.ts";
import type { Failure, Result } from "./client.ts";
import { refreshMs, useTick } from "./clock.ts";
import { wasHeard, wasNotHeard } from "./connection.ts";
import { InView } from "./in-view.ts";
import { isYoung, remember, remembered, shareAnswer } from "./share-answer.ts";

export interface Loaded<T> {
  /** The newest answer there is; while another loads, the old picture. */
  readonly answer: Answer<T> | null;
  readonly failure: Failure | null;
  readonly busy: boolean;
  readonly reload: () => void;
}

interface Kept {
  readonly scope: string | null;
  readonly path: string | null;
  readonly answer: Answer<unknown> | null;
  readonly failure: Failure | null;
}

/** Tells the connection how a request went. */
export const note = (result: Result<unknown>): void => {
  if (!result.ok && result.failure.kind === "offline") wasNotHeard(result.failure.detail);
  else wasHeard();
};

/**
 * The answer of an address, asked again every 30 s while it is in view; all who show it share one request, and who
 * comes later takes the answer of this round. Another address of the same `scope` keeps the old picture until its
 * answer is there; another scope starts empty, so that no number stands under a wrong name.
 */
export const useAnswer = <T>(
  path: string | null,
  { scope = path, poll = true }: { scope?: string | null; poll?: boolean } = {},
): Loaded<T> => {
  const tick = useTick();
  const [again, setAgain] = useState(0);
  const [busy, setBusy] = useState(false);
  const [kept, setKept] = useState<Kept>({ scope: null, path: null, answer: null, failure: null });
  const inView = useContext(InView);
  const lastRound = useRef(0);
  if (poll && inView) lastRound.current = tick;
  const round = lastRound.current;
  const asked = useRef("");
  useEffect(() => {
    if (path === null) return;
    const isAgain = asked.current === path;
    asked.current = path;
    const young = !isAgain && isYoung(path, refreshMs) ? remembered(path) : null;
    if (young !== null) {
      setBusy(false);
      setKept({ scope, path, answer: young, failure: null });
      return;
    }
    const stop = new AbortController();
    setBusy(true);
    void shareAnswer<T>(path, stop.signal).then((result) => {
      if (result === null) return;
      note(result);
      setBusy(false);
      if (result.ok) remember(path, result.answer);
      setKept((old) =>
        result.ok
          ? { scope, path, answer: result.answer, failure: null }
          : { scope, path, answer: old.scope === scope ? old.answer : null, failure: result.failure },
      );
    });
    return () => stop.abort();
  }, [path, scope, round, again]);

  const reload = useCallback(() => setAgain((count) => count + 1), []);
  if (path === null) return { answer: null, failure: null, busy: false, reload };
  const earlier = kept.path === path ? kept.answer : remembered(path);
  const answer = earlier ?? (kept.scope === scope ? kept.answer : null);
  const failure = kept.path === path ? kept.failure : null;
  return { answer: answer as Answer<T> | null, failure, busy, reload };
};
