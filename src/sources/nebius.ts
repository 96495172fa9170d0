import type { OfferDraft } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import type { Keys } from "./keys.ts";
import { payloadOf } from "./pages.ts";
import { judge, readRows, wrongShape } from "./read.ts";
import { dropped, orElse, type Reading } from "./reading.ts";
import type { FetchContext, Parsed, RawPayload, Source } from "./source.ts";

const fetch = async ({ http, baseUrl }: FetchContext): Promise<readonly RawPayload[]> => [
  await http({ name: "prices", url: `${baseUrl}/compute/resources/pricing.md` }),
];

const parse = (payloads: readonly RawPayload[], observedAt: Instant): Parsed => {
  const page = payloadOf(payloads, "prices");
  const lines = linesOf(page);
  const perGpu = lines.filter(({ per }) => /\bGPU\b/.test(per));
  if (lines.length > 0 && !perGpu.some(({ per }) => per === gpuHour))
    throw wrongShape("prices", "prices for 1 GPU hour");
  const current = latestStarts(perGpu, observedAt);
  const rows = readRows(lines, keys, (row) => readLine(row as unknown as Line, lines, current, observedAt));
  return { ...rows, completeness: judge(rows, { harmless, cut: endsInGpus(page) ? ["*"] : [] }) };
};

const keys: Keys = { must: ["item", "price", "per"] };

/** Prices of other things follow those of GPUs; a page without any may have been cut between two GPUs. */
const endsInGpus = ({ body }: RawPayload): boolean => {
  const sections = body.split(/^#{2,6} /m).filter((section) => /^\s*\|/m.test(section));
  return sections.at(-1)?.includes(gpuHour) ?? false;
};

const gpuHour = "1 GPU hour";

/** A page that announces a change has two tables, of which one holds; an item without digits is not sold by list. */
const harmless = ["not_yet_effective", "no_longer_effective", "no_price"];

/** When the prices of a table hold; null for no bound, NaN where the page says it in other words. */
interface Period {
  readonly from: Instant | null;
  readonly until: Instant | null;
}

/** One row of a table of prices in USD, with what is said above it. */
interface Line extends Period {
  readonly section: string;
  readonly regions: readonly string[];
  readonly table: number;
  readonly item: string;
  readonly price: string;
  readonly per: string;
}

/** Rows of the tables called Item, Price, Per in the tabs for USD (elsewhere in ILS). */
const linesOf = ({ body }: RawPayload): readonly Line[] => {
  if (!isWhole(body)) throw wrongShape("prices", "a page with all of its tabs");
  const lines: Line[] = [];
  let [section, tab, table] = ["", "", 0];
  let regions: string[] = [];
  let period: Period | null = null;
  let tables = 0;
  for (const written of body.split("\n")) {
    const line = written.trim();
    const heading = /^#{2,6} (.+)$/.exec(line)?.[1];
    const opened = /^<Tab title="([^"]*)"/.exec(line)?.[1];
    if (heading !== undefined) [section, tab, regions, period] = [plain(heading), "", [], null];
    else if (opened !== undefined) [tab, period] = [opened, null];
    else if (line === "</Tab>") tab = "";
    else if (!line.startsWith("|")) regions.push(...regionsIn(line));
    else {
      const cells = cellsOf(line);
      const opens = tab === "USD" ? periodOf(cells) : null;
      if (opens !== null) [period, table, tables] = [opens, table + 1, tables + 1];
      else if (tab === "USD" && period !== null && !/^[-: ]*$/.test(cells.join("")))
        lines.push({ section, regions, table, ...period, ...named(cells) });
    }
  }
  if (tables === 0) throw wrongShape("prices", "tables of Item, Price, Per in USD");
  return lines;
};

const isWhole = (body: string): boolean => {
  const times = (tag: RegExp): number => body.match(tag)?.length ?? 0;
  return (
    times(/<Tabs>/g) > 0 && times(/<Tabs>/g) === times(/<\/Tabs>/g) && times(/<Tab /g) === times(/<\/Tab>/g)
  );
};

const plain = (words: string): string => words.replaceAll(/[®™*`\\]/g, "").trim();

const cellsOf = (line: string): readonly string[] =>
  line.replace(/^\|/, "").replace(/\|$/, "").split("|").map(plain);

const named = ([item = "", price = "", per = ""]: readonly string[]) => ({ item, price, per });

/** "The platform is only available in the `us-central1` region." */
const regionsIn = (line: string): readonly string[] =>
  /\bregions?\b/.test(line) ? [...line.matchAll(/`([a-z]+-[a-z]+\d+)`/g)].map((match) => match[1]!) : [];

/** The period of a header, "Item — from October 1, 2026"; null for a row that is no such header. */
const periodOf = ([item = "", price, per]: readonly string[]): Period | null => {
  const told = /^Item(?:\s+[—–-]\s+(.+))?$/.exec(item);
  if (told === null || price !== "Price" || per !== "Per") return null;
  if (told[1] === undefined) return { from: null, until: null };
  const [, word, date] = /^(from|before|until) (.+)$/i.exec(told[1]) ?? [];
  const day = Date.parse(`${date} UTC`);
  return word?.toLowerCase() === "from" ? { from: day, until: null } : { from: null, until: day };
};

/** By what is sold, the last start of a period that has begun. */
const latestStarts = (lines: readonly Line[], at: Instant): ReadonlyMap<string, Instant> => {
  const latest = new Map<string, Instant>();
  for (const line of lines) {
    const { from } = line;
    if (from !== null && from <= at)
      latest.set(soldAs(line), Math.max(from, latest.get(soldAs(line)) ?? from));
  }
  return latest;
};

const soldAs = ({ section, item }: Line): string => `${section}|${item}`;

const readLine = (
  line: Line,
  lines: readonly Line[],
  latest: ReadonlyMap<string, Instant>,
  at: Instant,
): Reading => {
  const { from, until, item, price: written } = line;
  if (isOfHost(line)) return [dropped("no_gpu")];
  if (line.per !== gpuHour) return ["bad_unit"];
  if (Number.isNaN(from) || Number.isNaN(until)) return ["unknown_period"];
  if (from !== null && from > at) return ["not_yet_effective"];
  const replaced = latest.get(soldAs(line));
  if ((until !== null && until <= at) || (replaced !== undefined && replaced > (from ?? 0)))
    return ["no_longer_effective"];
  if (gpuOf(item) === "") return ["no_gpu_name"];
  if (!/\d/.test(written)) return ["no_price"];
  const price = usd(written);
  const hosted = isPart(item) ? hostOf(line, lines) : null;
  if (price === null || (hosted !== null && hosted.price === null)) return ["bad_price"];
  const draft = draftOf(line, price, hosted);
  const places = line.regions.length === 0 ? [null] : [...new Set(line.regions)];
  return orElse(
    places.map((region) => ({ ...draft, region })),
    "no_region",
  );
};

/** "1 CPU hour" and "1 GiB hour" are prices of hosts, which those of GPUs add where they belong to them. */
const isOfHost = ({ per }: Line): boolean => /\b(v?CPU|GiB|GB|TiB)\b/.test(per) && !/\bGPU\b/.test(per);

const usd = (written: string): number | null => {
  const digits = /^\$(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)$/.exec(written)?.[1];
  return digits === undefined ? null : Number(digits.replaceAll(",", ""));
};

const regular = (item: string): string => item.replace(/^Preemptible\b\s*/, "");

/** "NVIDIA L40S PCIe with Intel Ice Lake. GPU" is one of three parts of a price; others hold the host. */
const isPart = (item: string): boolean => /\. GPU$/.test(item);

const gpuOf = (item: string): string =>
  regular(item)
    .replace(/\. GPU$/, "")
    .replace(/\s+with .+$/, "")
    .trim();

interface Host {
  readonly vcpus: number;
  readonly ramGib: number;
  /** USD an hour; null where it cannot be read. */
  readonly price: number | null;
}

/** The least host that is sold with one such GPU, by maker of its CPU. */
const leastHosts = [
  [/\bIntel\b/, 8, 32],
  [/\bAMD\b/, 16, 96],
] as const;

/** The host at its own prices from the same table; null where a part of it is not priced there. */
const hostOf = (line: Line, lines: readonly Line[]): Host | null => {
  const base = line.item.replace(/ GPU$/, "");
  const beside = lines.filter(({ section, table }) => section === line.section && table === line.table);
  const partOf = (part: string): string | undefined =>
    [`${base} ${part}`, `${regular(base)} ${part}`].flatMap((name) =>
      beside.filter(({ item }) => item === name).map(({ price }) => price),
    )[0];
  const [, vcpus, ramGib] = leastHosts.find(([maker]) => maker.test(base)) ?? [];
  const [cpu, ram] = [partOf("CPU"), partOf("RAM")];
  if (vcpus === undefined || ramGib === undefined || cpu === undefined || ram === undefined) return null;
  const [perCpu, perGib] = [usd(cpu), usd(ram)];
  return {
    vcpus,
    ramGib,
    price: perCpu === null || perGib === null ? null : vcpus * perCpu + ramGib * perGib,
  };
};

const draftOf = (line: Line, price: number, host: Host | null): OfferDraft => {
  const platforms = line.section.match(/\bgpu-[a-z0-9-]+/g) ?? [];
  const platform = platforms.length === 1 ? platforms[0]! : null;
  return {
    provider: "nebius",
    offerId: platform ?? regular(line.item).replace(/\. GPU$/, ""),
    // The other ids look like those that venues give to other cards ("gpu-rtx6000" is an RTX PRO 6000).
    instanceType: platform?.includes("-sxm") ? platform : null,
    gpuRaw: gpuOf(line.item),
    gpuCount: 1,
    purchase: regular(line.item) === line.item ? "on_demand" : "spot",
    priceRaw: price,
    unitRaw:
      host === null
        ? `USD per GPU-hour${isPart(line.item) ? " without host" : ""}`
        : `USD per GPU-hour; ${host.vcpus} vCPUs and ${host.ramGib} GiB at their own prices are added`,
    currency: "USD",
    pricePerGpuHour: price > 0 ? price + (host?.price ?? 0) : Number.NaN,
    includes: host === null ? null : { cpuCores: host.vcpus, ramGib: host.ramGib, diskGib: null },
    gpuOnly: isPart(line.item) && host === null,
    effectiveFrom: line.from,
  };
};

/** Nebius: the price list of its documentation, on demand and preemptible per GPU. Stock is for customers only. */
export const nebius: Source = {
  id: "nebius",
  name: "Nebius",
  kind: "direct",
  provider: "nebius",
  docsUrl: "https://docs.nebius.com/compute/resources/pricing",
  baseUrl: "https://docs.nebius.com",
  everyMinutes: 360,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 3,
  fetch,
  parse,
};
