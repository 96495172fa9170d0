import { badInput } from "../errors.ts";
import type { Source } from "../sources/source.ts";

/** Whether a source runs and, if not, why, in words for the operator. */
export interface Standing {
  readonly enabled: boolean;
  readonly why: string | null;
}

export interface Choices {
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  readonly sourceKeys: Readonly<Record<string, string>>;
}

/** What the operator's choices, the source's terms and its keys make of it. */
export const standingOf = (source: Source, { enable, disable, sourceKeys }: Choices): Standing => {
  if (disable.includes(source.id)) return { enabled: false, why: "turned off by GPUTAPE_DISABLE" };
  const missing = source.needs.filter((name) => !sourceKeys[name]);
  if (!enable.includes(source.id)) {
    const turnOn = `GPUTAPE_ENABLE=${source.id} turns it on`;
    if (!source.enabledByDefault) return { enabled: false, why: whyOff(source, turnOn) };
  }
  if (missing.length > 0) return { enabled: false, why: `needs ${missing.join(" and ")}` };
  return { enabled: true, why: null };
};

const whyOff = ({ legalNote, costNote, experimental }: Source, turnOn: string): string => {
  if (legalNote !== null) return `${legalNote} (${turnOn}, which states that you have permission)`;
  if (experimental) return `experimental: nobody has recorded its answers yet; ${turnOn}`;
  return costNote === undefined ? turnOn : `${costNote}; ${turnOn}`;
};

/**
 * Naming a source on the command line turns it on for once, but states no permission and brings no keys: throws
 * `bad_input` where these are missing.
 */
export const checkMayRun = (source: Source, { enable, sourceKeys }: Choices): void => {
  const named = source.legalNote === null ? [...enable, source.id] : enable;
  const { enabled, why } = standingOf(source, { enable: named, disable: [], sourceKeys });
  if (!enabled) throw badInput("source", `${source.id}: ${why}`);
};

/** Throws `bad_input` when a list names a source that is not there. */
export const checkIds = (field: string, ids: readonly string[], sources: readonly Source[]): void => {
  const known = sources.map(({ id }) => id);
  for (const id of ids) {
    if (!known.includes(id))
      throw badInput(field, `there is no source "${id}"; the sources are ${known.join(", ")}`, known);
  }
};
