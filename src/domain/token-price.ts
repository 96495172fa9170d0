import type { Instant } from "./time.ts";

/** What a host asks for a million tokens of a model, and how it serves them. Unknown is null, never 0. */
export interface TokenPrice {
  /** Model id, `<author>/<slug>`. */
  readonly model: string;
  /** Who serves it, as the venue writes it; null for the venue's own headline price of the model. */
  readonly host: string | null;
  /** The venue's own name of the endpoint, for example `z-ai/fp8`; the model id for a headline price. */
  readonly endpoint: string;
  /** For example `fp8`; null where it is not told. */
  readonly quantization: string | null;
  readonly contextTokens: number | null;
  /** USD per million tokens that one pays, discounts taken off. A free model costs 0. */
  readonly usdPerMillionInput: number;
  readonly usdPerMillionOutput: number;
  readonly usdPerMillionCachedInput: number | null;
  /** Share taken off the list price, 0..1. */
  readonly discount: number | null;
  /** Median tokens per second of one request, over the window the venue states. */
  readonly tokensPerSecond: number | null;
  /** Median milliseconds to the first token. */
  readonly firstTokenMs: number | null;
  /** Share of requests that were answered, 0..1. */
  readonly uptime: number | null;
  /** Whether the venue sends requests there now. */
  readonly serving: boolean | null;
  readonly observedAt: Instant;
}
