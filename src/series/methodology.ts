import type { Instant } from "../domain/time.ts";
import { type MethodologyVersion, methodologyVersions, presentVersion } from "../models/headline-rules.ts";
import type { Instants } from "./cells-over-time.ts";

/** What a value says of how it was made: method and version. */
export const methodologyOf = (method: string, version: MethodologyVersion): string => `${method}/${version}`;

/** The version that a value was made by; null where it names none that there is. */
export const versionOf = (methodology: string): MethodologyVersion | null =>
  methodologyVersions.find((version) => methodology.endsWith(`/${version}`)) ?? null;

/** The version at an instant of a series that changes to the present one at another (default: it never did). */
export const versionAt = (at: Instant, changedAt = Number.NEGATIVE_INFINITY): MethodologyVersion =>
  at < changedAt ? 1 : presentVersion;

/** The instants of a span in at most two parts, each of one version. */
export const spansByVersion = (
  { first, to, step }: Instants,
  changedAt?: Instant,
): readonly (Instants & { readonly version: MethodologyVersion })[] => {
  const parts: (Instants & { version: MethodologyVersion })[] = [];
  for (let at = first; at <= to; at = parts.at(-1)!.to + step) {
    const version = versionAt(at, changedAt);
    const isSplit = version !== versionAt(to, changedAt);
    const end = isSplit ? at + Math.ceil((changedAt! - at) / step - 1) * step : to;
    parts.push({ first: at, to: end, step, version });
  }
  return parts;
};
