import { fork } from "node:child_process";
import { once } from "node:events";
import autocannon from "autocannon";
import { type Figure, median, percentile } from "./report.ts";

interface Ready {
  readonly url: string;
  readonly bareUrl: string;
  readonly quoteBody: unknown;
}

const seconds = 4;
const rounds = 3;

const load = async (url: string, body?: unknown): Promise<number> => {
  const result = await autocannon({
    url,
    connections: 10,
    duration: seconds,
    ...(body === undefined
      ? {}
      : { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} bad answers, ${result.errors} errors`);
  return result.requests.average;
};

/** Requests a second of ours over those of the bare route, rounds taken in turn so that both see the same machine. */
const ratio = async (
  ours: () => Promise<number>,
  bare: () => Promise<number>,
): Promise<{ ratio: number; ours: number; bare: number }> => {
  await ours();
  await bare();
  const [a, b]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    a.push(await ours());
    b.push(await bare());
  }
  return { ratio: median(a) / median(b), ours: median(a), bare: median(b) };
};

const latencies = async (url: string, requests: number): Promise<number[]> => {
  const sample: number[] = [];
  for (let i = 0; i < requests; i++) {
    const began = performance.now();
    const response = await fetch(url);
    await response.arrayBuffer();
    sample.push(performance.now() - began);
  }
  return sample;
};

/** Throughput against a bare Fastify, latency of a sorted list and memory, with 50,000 offers. */
export const run = async (): Promise<Figure[]> => {
  const server = fork(new URL("./http-server.ts", import.meta.url), ["50000"], {
    execArgv: ["--import", "tsx"],
  });
  try {
    const [ready] = (await once(server, "message")) as [Ready];
    const list = await ratio(
      () => load(`${ready.url}/v1/offers?limit=50`),
      () => load(`${ready.bareUrl}/list`),
    );
    const quote = await ratio(
      () => load(`${ready.url}/v1/quotes`, ready.quoteBody),
      () => load(`${ready.bareUrl}/quote`, ready.quoteBody),
    );
    const sorted = await latencies(`${ready.url}/v1/offers?sort=usd_per_pflop_hour&order=desc`, 300);
    const deep = await latencies(`${ready.url}/v1/offers?limit=1000&min_reliability=0.5`, 100);
    server.send("memory");
    const [{ rss }] = (await once(server, "message")) as [{ rss: number }];
    return [
      {
        name: "50 offers against a bare Fastify route",
        value: list.ratio,
        unit: "x",
        limit: 0.8,
        sense: "at least",
        note: `${Math.round(list.ours)}/s against ${Math.round(list.bare)}/s`,
      },
      {
        name: "a quote against a bare Fastify route",
        value: quote.ratio,
        unit: "x",
        limit: 0.8,
        sense: "at least",
        note: `${Math.round(quote.ours)}/s against ${Math.round(quote.bare)}/s`,
      },
      {
        name: "unfiltered sorted list over 50,000 offers, p95",
        value: percentile(sorted, 0.95),
        unit: "ms",
        limit: 30,
        sense: "at most",
        note: `first ${sorted[0]!.toFixed(1)} ms`,
      },
      {
        name: "1,000 rows of a filtered list over 50,000 offers, p95",
        value: percentile(deep, 0.95),
        unit: "ms",
        limit: 50,
        sense: "at most",
      },
      {
        name: "memory of the server with 50,000 offers",
        value: rss / 1e6,
        unit: "MB",
        limit: 1000,
        sense: "at most",
      },
    ];
  } finally {
    if (server.connected) server.send("stop");
  }
};
