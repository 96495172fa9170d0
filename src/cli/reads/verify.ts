import type { Answer } from "../ask.ts";
import { told } from "./cells.ts";
import { fieldsOf, priceMethod, type ReadCommand, type Row, times, withFooter } from "./command.ts";

const verdictLine = (row: Row): string =>
  `${row.verdict} ${row.gpu} ${row.purchase} ${row.method} ${row.at} ${row.vintage}: ` +
  `published ${told(row.value, null, "no value")}, computed ${told(row.recomputed, null, "no value")}; ` +
  `record ${row.seq}, ${row.methodology}${row.why == null ? "" : ` (${row.why})`}`;

interface Verification {
  readonly checked: number;
  readonly matched: number;
  readonly by_methodology: readonly (Row & { readonly checked: number; readonly matched: number })[];
  readonly record: Row;
  readonly next: number | null;
  readonly values: readonly Row[];
}

const isMismatched = ({ data }: Answer): boolean => {
  const { checked, matched, record } = data as Verification;
  return matched !== checked || record.verdict !== "MATCH";
};

const countsOf = ({ checked, matched }: { readonly checked: number; readonly matched: number }): string =>
  `${checked} values checked: ${matched} MATCH, ${checked - matched} MISMATCH`;

const endLine = ({ head, known, verdict, why }: Row): string => {
  const [last, noted] = [head as Row | null, known as Row | null];
  const end = last === null ? "The record is empty" : `The record ends with ${last.seq}, hash ${last.hash}`;
  const then = noted === null ? "" : `; the hash that was noted is that of ${noted.seq}`;
  return `${verdict} ${end}${then}${why == null ? "" : ` (${why})`}`;
};

const verificationText = (answer: Answer): string => {
  const { values, record, by_methodology: versions, ...counts } = answer.data as Verification;
  const sums =
    counts.checked === 0
      ? ["Nothing was published in this span, so nothing was checked."]
      : [...versions.map((version) => `${version.methodology}: ${countsOf(version)}`), countsOf(counts)];
  return withFooter(answer, ...values.map(verdictLine), ...sums, endLine(record));
};

/** Records that are verified in one question. */
const atOnce = 20_000;

const together = (a: Verification | null, b: Verification): Verification => {
  if (a === null) return b;
  const sums = new Map(a.by_methodology.map((row) => [row.methodology, row]));
  for (const row of b.by_methodology) {
    const { checked = 0, matched = 0 } = sums.get(row.methodology) ?? {};
    sums.set(row.methodology, {
      ...row,
      ...{ checked: checked + row.checked, matched: matched + row.matched },
    });
  }
  return {
    ...b,
    ...{ checked: a.checked + b.checked, matched: a.matched + b.matched },
    by_methodology: [...sums.values()],
    values: [...a.values, ...b.values],
  };
};

/** A record of years takes minutes: it is asked for in parts. */
const gather: ReadCommand["gather"] = async (ask, { path, query }, progress) => {
  let whole: Verification | null = null;
  for (let after: number | undefined; ; ) {
    const answer: Answer = await ask({ path, query: { ...query, after, limit: atOnce } });
    whole = together(whole, answer.data as Verification);
    if (whole.next === null) return { ...answer, data: whole };
    after = whole.next;
    progress.step(after, Number((whole.record.head as Row).seq), `${whole.checked} values checked`);
  }
};

/** `gputape verify index` */
export const verifyIndex: ReadCommand = {
  name: "index",
  group: "verify",
  summary:
    "compute published values of the index and the chain of their records again; exit code 1 where one differs",
  flags: [
    ["--gpu <gpu>", "default all"],
    priceMethod,
    ["--from <time>", "default the first instant published"],
    ["--to <time>", "default the last"],
    ["--all", "print what matches too"],
    ["--head <hash>", "a hash of the record that you noted once: fails where no record has it any more"],
    ...times,
  ],
  question: (options) => ({ path: "/v1/index/verification", query: fieldsOf(options) }),
  gather,
  text: verificationText,
  failed: isMismatched,
};
