import { useEffect, useState } from "preact/hooks";
import { serverNow } from "./clock.ts";

/** Whether the server was heard, and when last (its own time). */
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

/** A server that answers with a problem is there. Nobody looks at the time while it is heard. */
export const wasHeard = (): void => {
  const next = { lastGoodAt: serverNow(), offline: null };
  if (connection.offline === null) connection = next;
  else tell(next);
};

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
