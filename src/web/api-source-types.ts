/** Who is read, what was read in and who sells, as their schemas in ../api say. */

export interface SourceRow {
  readonly source: string;
  readonly provider: string | null;
  readonly name: string;
  readonly kind: string;
  readonly docs_url: string | null;
  readonly enabled: boolean;
  readonly why_disabled: string | null;
  readonly experimental: boolean;
  readonly legal_note: string | null;
  readonly needs: readonly string[];
  readonly wants: readonly string[];
  readonly every_minutes: number;
  readonly status: "ok" | "stale" | "failing" | "disabled" | "waiting";
  readonly breaker_open: boolean;
  readonly last_pull_at: string | null;
  readonly last_ok_at: string | null;
  readonly data_at: string | null;
  readonly age_s: number | null;
  readonly next_pull_at: string | null;
  readonly completeness: string | null;
  readonly offers: number | null;
  readonly live: number;
  readonly rejected: number | null;
  readonly rows_seen: number | null;
  readonly dropped: Readonly<Record<string, number>> | null;
  readonly unknown_gpus: number | null;
  readonly truncated: boolean;
  readonly error: string | null;
}

export interface ProviderRow {
  readonly provider: string;
  readonly name: string | null;
  readonly jurisdiction: string | null;
  readonly parent: string | null;
  readonly listings: number;
  readonly gpus: number;
  readonly sources: readonly string[];
}

export interface ArchiveRow {
  readonly dataset: string;
  readonly sources: readonly string[];
  readonly providers: readonly string[];
  readonly status: "ok" | "stale";
  readonly live: number;
  readonly pulls: number;
  readonly first_at: string;
  readonly data_at: string;
  readonly age_s: number | null;
}

export interface Providers {
  readonly sources: readonly SourceRow[];
  readonly archives: readonly ArchiveRow[];
  readonly providers: readonly ProviderRow[];
}
