import { useEffect, useState } from "preact/hooks";

/** Whether the server was heard, and when last (browser time). */
export interface Connection {
  readonly lastGoodAt: number | null;
  readonly offline: string | null;
}

let connection: Connection = { lastGoodAt: null, offline: null };
const listeners = new Set<(connection: Connection) => void>();

const tell = (next: Connection): void => {
  connection = next;
  for (const listener of listeners) listener(next);
};

/** A server that answers with a problem is there. */
export const wasHeard = (): void => tell({ lastGoodAt: Date.now(), offline: null });

export const wasNotHeard = (detail: string): void => tell({ ...connection, offline: detail });

export const useConnection = (): Connection => {
  const [state, setState] = useState(connection);
  useEffect(() => {
    listeners.add(setState);
    setState(connection);
    return () => void listeners.delete(setState);
  }, []);
  return state;
};
