import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A spot price from a time on. */
export interface SpotEvent {
  readonly region: string;
  readonly zone: string;
  readonly type: string;
  readonly at: string;
  readonly usd: string;
}

export interface SpotApi {
  /** Base URL with the region as a part of the path. */
  readonly url: string;
  readonly events: SpotEvent[];
  /** Status by region in place of an answer. */
  readonly failing: Map<string, number>;
  readonly asked: { region: string; start: string; end: string | null }[];
  readonly close: () => Promise<void>;
}

const itemOf = ({ zone, type, at, usd }: SpotEvent): string =>
  `<item><instanceType>${type}</instanceType><productDescription>Linux/UNIX</productDescription><spotPrice>${usd}</spotPrice>` +
  `<timestamp>${at}</timestamp><availabilityZone>${zone}</availabilityZone><availabilityZoneId>${zone}</availabilityZoneId></item>`;

/** What was valid at the start and what changed until the end, newest first. */
const between = (events: readonly SpotEvent[], start: number, end: number): SpotEvent[] => {
  const past = events.filter(({ at }) => Date.parse(at) <= start);
  const opening = past.filter(
    (event) =>
      !past.some(
        (other) =>
          other.type === event.type &&
          other.zone === event.zone &&
          Date.parse(other.at) > Date.parse(event.at),
      ),
  );
  // What has no time at all comes always.
  const changes = events.filter(({ at }) => !(Date.parse(at) <= start) && !(Date.parse(at) > end));
  return [...opening, ...changes].sort((a, b) => (a.at < b.at ? 1 : -1));
};

/** Answers DescribeSpotPriceHistory for every region, a few rows a page. */
export const spotApi = async (perPage = 3): Promise<SpotApi> => {
  const events: SpotEvent[] = [];
  const failing = new Map<string, number>();
  const asked: SpotApi["asked"] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      const region = request.url!.slice(1);
      const form = new URLSearchParams(body);
      const status = failing.get(region);
      if (status !== undefined) return response.writeHead(status).end();
      const [start, end] = [form.get("StartTime")!, form.get("EndTime")];
      asked.push({ region, start, end });
      const own = events.filter((event) => event.region === region);
      const found = between(
        own,
        Date.parse(start),
        end === null ? Number.POSITIVE_INFINITY : Date.parse(end),
      );
      const skip = Number(form.get("NextToken") ?? 0);
      const next = skip + perPage < found.length ? String(skip + perPage) : "";
      response.writeHead(200, { "content-type": "text/xml" }).end(
        `<DescribeSpotPriceHistoryResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><spotPriceHistorySet>${found
          .slice(skip, skip + perPage)
          .map(itemOf)
          .join("")}</spotPriceHistorySet><nextToken>${next}</nextToken></DescribeSpotPriceHistoryResponse>`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    failing,
    asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
