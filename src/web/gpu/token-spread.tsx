import type { Meta, Spread } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { interval, plural } from "../lib/format.ts";
import { numberIn } from "../lib/location.ts";
import { barely, withUnit } from "../lib/units.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { AsOf } from "../parts/as-of.tsx";
import { Failed } from "../parts/notice.tsx";
import { Refused } from "../parts/refused.tsx";

const Field = ({ name, label, example }: { name: string; label: string; example: string }) => {
  const { params } = usePlace();
  return (
    <label>
      {label}
      <input
        type="text"
        name={name}
        placeholder={example}
        value={params[name] ?? ""}
        onInput={(event) => patch({ [name]: event.currentTarget.value }, "replace")}
      />
    </label>
  );
};

const Margin = ({ spread, meta }: { spread: Spread; meta: Meta }) => {
  if (spread.value === null) return <Refused reason={spread.reason} />;
  const bounds = interval(spread.low, spread.high, (bound) => barely(bound, spread.unit));
  return (
    <>
      <strong>{withUnit(spread.value, spread.unit)}</strong> <small>{bounds ?? "no interval"}</small>{" "}
      <small class="muted">
        {spread.estimator}; index of {plural(spread.n, "provider")}; <AsOf meta={meta} />
      </small>
    </>
  );
};

/** What the tokens of a GPU-hour sell for over its price, for the model and the throughput that are said. */
export const TokenSpread = ({ gpu }: { gpu: string }) => {
  const { params } = usePlace();
  const model = params.model?.trim() ?? "";
  const tokens = numberIn(params.tokens, Number.MIN_VALUE, 1e9, 0);
  const asked = model !== "" && tokens > 0;
  const query = { gpu, kind: "token", model, tokens_per_second_per_gpu: tokens };
  const { answer, failure, reload } = useAnswer<readonly Spread[]>(
    asked ? pathOf("/v1/spreads", query) : null,
    { scope: asked ? `${gpu} ${model} ${tokens}` : null },
  );
  const row = answer?.data[0];
  return (
    <form class="what-if" aria-label="Margin over tokens" onSubmit={(event) => event.preventDefault()}>
      <strong>Margin over tokens</strong>
      <Field name="model" label="Model, or part of its id" example="glm" />
      <Field name="tokens" label="Output tokens/s per GPU" example="500" />
      {!asked && (
        <small class="muted">
          {params.tokens !== undefined && tokens === 0
            ? "Tokens are a number above 0."
            : "What the tokens of a GPU-hour sell for, less the index: say both."}
        </small>
      )}
      {asked && answer === null && failure === null && <small class="muted">Loading…</small>}
      {failure && <Failed what="The margin" failure={failure} retry={reload} />}
      {row && answer && (
        <span aria-live="polite">
          <Margin spread={row} meta={answer.meta} />
        </span>
      )}
    </form>
  );
};
