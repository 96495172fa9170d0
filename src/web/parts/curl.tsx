import { useState } from "preact/hooks";

/** The request as a command, for a shell. */
export const curlOf = (origin: string, path: string, body: unknown): string =>
  `curl -s ${origin}${path} -H 'content-type: application/json' -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`;

/** Copies the request as curl; where the clipboard is closed the text can be marked by hand. */
export const Curl = ({ path, body }: { path: string; body: unknown }) => {
  const [copied, setCopied] = useState(false);
  const text = curlOf(window.location.origin, path, body);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      window.setTimeout(() => setCopied(false), 2000);
    } catch {
      setCopied(false);
    }
  };
  return (
    <div class="curl">
      <details>
        <summary>As curl</summary>
        <pre>{text}</pre>
      </details>
      <button type="button" class="tool" onClick={() => void copy()}>
        {copied ? "Copied" : "Copy as curl"}
      </button>
    </div>
  );
};
