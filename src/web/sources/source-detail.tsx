import type { SourceRow } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { count, instant, plural } from "../lib/format.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { Failed } from "../parts/notice.tsx";

interface RejectRow {
  readonly pull_no: number;
  readonly observed_at: string;
  readonly reason: string;
  readonly raw: string;
}

const mostRejects = 50;

const Rejects = ({ source }: { source: string }) => {
  const path = pathOf("/v1/rejects", { source, limit: mostRejects });
  const { answer, failure, reload } = useAnswer<readonly RejectRow[]>(path, { poll: false });
  if (failure) return <Failed what="The rejects" failure={failure} retry={reload} />;
  if (answer === null) return <p class="muted">Loading the rejects…</p>;
  const [first] = answer.data;
  if (!first) return <p class="muted">No row of this source was ever refused.</p>;
  return (
    <>
      <p class="muted">
        {plural(answer.data.length, "row")} of the pull of {instant(Date.parse(first.observed_at))} could not
        be used; this is what the venue wrote.
      </p>
      {answer.data.map((row, index) => (
        <details key={`${row.pull_no} ${index}`}>
          <summary>
            <code>{row.reason}</code>
          </summary>
          <pre>{row.raw}</pre>
        </details>
      ))}
    </>
  );
};

const keysText = ({ needs, wants }: SourceRow): string =>
  [...needs.map((name) => `${name} (needed)`), ...wants.map((name) => `${name} (widens what it sees)`)].join(
    ", ",
  );

const rowsText = ({ rows_seen, offers, rejected, dropped }: SourceRow): string | null => {
  if (rows_seen === null) return null;
  const rules = Object.entries(dropped ?? {}).map(
    ([rule, rows]) => `${count(rows)} ${rule.replaceAll("_", " ")}`,
  );
  const left = rules.length === 0 ? "none left out by rule" : `left out by rule: ${rules.join(", ")}`;
  return `${count(rows_seen)} seen: ${count(offers ?? 0)} offers, ${count(rejected ?? 0)} rejects, ${left}`;
};

const turnOn = ({ source }: SourceRow): string => `GPUTAPE_ENABLE=${source} gputape start`;

/** All there is to know of a source: terms, keys, last pull, what it refused. */
export const SourceDetail = ({ source }: { source: SourceRow }) => {
  const keys = keysText(source);
  const facts: readonly (readonly [string, string | null])[] = [
    ["Last pull", source.last_pull_at && instant(Date.parse(source.last_pull_at))],
    ["Last good pull", source.last_ok_at && instant(Date.parse(source.last_ok_at))],
    ["What it saw is of", source.data_at && instant(Date.parse(source.data_at))],
    ["Rows of the last pull", rowsText(source)],
    ["Error or gap", source.error],
    ["Terms", source.legal_note],
    ["Why it is off", source.why_disabled],
    ["Keys", keys === "" ? null : keys],
    ["Turn it on", source.enabled || source.kind === "import" ? null : turnOn(source)],
  ];
  return (
    <div class="stack">
      <dl class="pairs">
        {facts
          .filter(([, text]) => text !== null)
          .map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        {source.docs_url && (
          <div>
            <dt>Documentation</dt>
            <dd>
              <a href={source.docs_url} target="_blank" rel="noreferrer">
                {source.docs_url}
              </a>
            </dd>
          </div>
        )}
      </dl>
      <h3>Rejects</h3>
      <Rejects source={source.source} />
    </div>
  );
};
