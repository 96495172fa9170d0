import { ageText } from "../../domain/age-text.ts";
import type { ChangesSummary, Providers } from "../api-types.ts";
import { serverNow } from "../lib/clock.ts";
import { count, instant } from "../lib/format.ts";
import { useProviders, useSummary } from "../lib/queries.ts";
import { type TapeState, tapeState } from "../lib/tape-state.ts";
import { Age } from "../parts/age.tsx";
import { Fitting } from "../parts/fitting.tsx";
import { gpuPlace, Link } from "../parts/link.tsx";
import { Percent } from "../parts/percent.tsx";
import { Status } from "../parts/status.tsx";
import { Unknown } from "../parts/unknown.tsx";

const Counted = ({ summary }: { summary: ChangesSummary }) => {
  const more = summary.capped ? "+" : "";
  return (
    <>
      <b>{count(summary.new) + more}</b> new · <b>{count(summary.gone) + more}</b> gone ·{" "}
      <b>{count(summary.repriced) + more}</b> repriced
    </>
  );
};

const Moves = ({ summary }: { summary: ChangesSummary }) =>
  summary.movers.length === 0 ? (
    <Unknown why="no price changed in the last 24 h" />
  ) : (
    <Fitting class="moves">
      {summary.movers.map((move) => (
        <span
          key={`${move.listing_id} ${move.at}`}
          title={`${move.purchase}, ${instant(Date.parse(move.at))}`}
        >
          <Link to={gpuPlace(move.gpu, move.purchase === "spot" ? { purchase: "spot" } : {})}>
            {move.gpu}
          </Link>{" "}
          {move.provider} {move.purchase === "spot" && "spot "}
          <Percent value={move.percent} why="one side is missing" />
        </span>
      ))}
    </Fitting>
  );

const quietState = ({ on, waiting, collecting }: TapeState) => {
  if (on === 0) return <Status name="disabled">none is on</Status>;
  if (!collecting) return <Status name="disabled">collection is off</Status>;
  if (waiting > 0) return <Status name="waiting">{`${waiting} of ${on} not pulled yet`}</Status>;
  return <Status name="ok">{`${on} on, none fails`}</Status>;
};

const SourcesState = ({ providers }: { providers: Providers }) => {
  const state = tapeState(providers.sources);
  const { failing, on } = state;
  const names = failing.map(({ source }) => source);
  const shown = names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
  return (
    <Link to={{ room: "sources", params: {} }} title={names.join(", ")}>
      {failing.length === 0 ? (
        quietState(state)
      ) : (
        <Status name="failing">{`${failing.length} of ${on} failing: ${shown}`}</Status>
      )}
    </Link>
  );
};

const TapeAge = ({ providers }: { providers: Providers }) => {
  const { newestAt, newestSource, oldestAt, oldestSource } = tapeState(providers.sources);
  if (newestAt === null || oldestAt === null) return <Unknown why="the tape is empty" />;
  return (
    <>
      <b>
        <Age at={newestAt} />
      </b>{" "}
      <small class="muted">
        {newestSource}
        {oldestSource !== newestSource && (
          <span title={instant(oldestAt)}>
            , oldest {ageText((serverNow() - oldestAt) / 1000)} ({oldestSource})
          </span>
        )}
      </small>
    </>
  );
};

/** What changed since yesterday, which sources fail, how old the tape is. */
export const MarketStrip = () => {
  const summary = useSummary().answer?.data;
  const providers = useProviders().answer?.data;
  return (
    <dl class="strip">
      <div>
        <dt>Last 24 h</dt>
        <dd>{summary ? <Counted summary={summary} /> : "…"}</dd>
      </div>
      <div>
        <dt>Sources</dt>
        <dd>{providers ? <SourcesState providers={providers} /> : "…"}</dd>
      </div>
      <div>
        <dt>Tape age</dt>
        <dd>{providers ? <TapeAge providers={providers} /> : "…"}</dd>
      </div>
      <div>
        <dt>Biggest moves in 24 h</dt>
        <dd class="wrap">{summary ? <Moves summary={summary} /> : "…"}</dd>
      </div>
    </dl>
  );
};
