/** What the API answered. */
export interface Answer<T = unknown> {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly data: T;
  readonly meta: {
    readonly at: string;
    readonly as_of: string;
    readonly data_age_s: number | null;
    readonly completeness: number | null;
    readonly sources: readonly { readonly source: string; readonly status: string; readonly age_s: number }[];
  };
}

/** A problem+json body. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}

export interface SourceRow {
  readonly source: string;
  readonly enabled: boolean;
  readonly status: string;
  readonly completeness: string | null;
  readonly last_pull_at: string | null;
  readonly last_ok_at: string | null;
  readonly next_pull_at: string | null;
  readonly live: number;
  readonly offers: number | null;
  readonly rejected: number | null;
  readonly rows_seen: number | null;
  readonly dropped: Readonly<Record<string, number>> | null;
  readonly unknown_gpus: number | null;
  readonly breaker_open: boolean;
  readonly error: string | null;
}

export interface OfferRow {
  readonly listing_id: string;
  readonly source: string;
  readonly provider: string;
  readonly gpu: string;
  readonly gpu_raw: string;
  readonly usd_per_gpu_hour: number;
  readonly age_s: number;
  readonly executable: boolean;
}

const read = async <T>(response: Response): Promise<Answer<T>> => {
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  const body = (type.includes("json") ? JSON.parse(text) : {}) as Pick<Answer<T>, "data" | "meta">;
  return { status: response.status, type, text, data: body.data, meta: body.meta };
};

export const get = async <T>(url: string): Promise<Answer<T>> => read<T>(await fetch(url));

export const post = async <T>(url: string, body: unknown): Promise<Answer<T>> =>
  read<T>(
    await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
  );

export const problemIn = ({ text }: { readonly text: string }): Problem => JSON.parse(text) as Problem;

/** The sources as /v1/providers tells them, by id. */
export const sourcesOf = async (url: string): Promise<Record<string, SourceRow>> => {
  const { data } = await get<{ sources: SourceRow[] }>(`${url}/v1/providers`);
  return Object.fromEntries(data.sources.map((row) => [row.source, row]));
};

export const offersOf = async (url: string, query = "limit=10000"): Promise<readonly OfferRow[]> =>
  (await get<OfferRow[]>(`${url}/v1/offers?${query}`)).data;
