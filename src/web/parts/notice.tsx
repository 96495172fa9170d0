import type { ComponentChildren } from "preact";
import type { Failure } from "../lib/client.ts";

/** Something the reader must know, with the way out. */
export const Notice = ({
  tone,
  title,
  children,
}: {
  tone: "info" | "warn" | "bad";
  title: string;
  children?: ComponentChildren;
}) => (
  <div class={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
    <strong>{title}</strong> {children}
  </div>
);

/** What did not load, why, and a way to try again. */
export const Failed = ({ what, failure, retry }: { what: string; failure: Failure; retry: () => void }) => (
  <Notice tone="bad" title={`${what} did not load.`}>
    {failure.detail}.{" "}
    {failure.kind === "offline" && (
      <>
        Is <code>gputape start</code> running?{" "}
      </>
    )}
    <button type="button" class="link" onClick={retry}>
      Try again
    </button>
  </Notice>
);

/** Nothing is there: what to do, as commands. */
export const Empty = ({
  title,
  steps,
}: {
  title: string;
  steps: readonly { readonly say: string; readonly run: string }[];
}) => (
  <div class="empty">
    <strong>{title}</strong>
    <dl>
      {steps.map(({ say, run }) => (
        <div key={run}>
          <dt>{say}</dt>
          <dd>
            <code>{run}</code>
          </dd>
        </div>
      ))}
    </dl>
  </div>
);
