import { progressBar } from "../src/cli/progress.ts";
import { tableText } from "../src/cli/table.ts";
import { judge } from "../src/collect/judge.ts";
import { listingKey, type Offer } from "../src/domain/offer.ts";
import { doubtsOf } from "../src/domain/plausibility.ts";
import { AppError } from "../src/errors.ts";
import { loadReference, type Reference } from "../src/reference.ts";
import { sources } from "../src/sources/index.ts";
import type { Parsed, RawPayload, Source } from "../src/sources/source.ts";
import { at, handRates, payloadsOf, readFixture } from "../test/sources/fixture.ts";
import { type DriftTally, proveDrifts } from "./drift-proof.ts";
import { harms, mutate } from "./mutate.ts";
import { seeded } from "./synthetic.ts";

const rounds = 2000;
const hangMs = 1000;

interface Tally {
  refused: number;
  rejected: number;
  slowestMs: number;
  readonly faults: string[];
}

/**
 * Every fixture, mutated 2,000 times: what a source must never make of a broken answer. And every key of it renamed and
 * retyped, every word changed: what must never look like a changed market.
 */
export const run = async (): Promise<boolean> => {
  const reference = await loadReference();
  const lines: Line[] = [];
  const bar = progressBar(false);
  for (const [i, source] of sources.entries()) {
    const tell = (what: string, share: number): void =>
      bar.step(i + share, sources.length, `${source.id}: ${what}`);
    tell("mutations", 0);
    const tally = fuzz(source, reference);
    const drifts = await proveDrifts(source, reference, undefined, (done, of) =>
      tell(`drift ${done} of ${of}`, done / of),
    );
    tally.faults.push(...drifts.faults);
    lines.push(lineOf(source.id, tally, drifts));
    for (const fault of tally.faults.slice(0, 5)) process.stdout.write(`  ${source.id}: ${fault}\n`);
  }
  bar.stop();
  process.stdout.write(`${tableText([...lines, inAll(lines)])}\n`);
  return lines.every(({ faults }) => faults === 0);
};

type Line = Readonly<{
  source: string;
  mutations: number;
  "refused as a whole": number;
  "rows rejected in": number;
  "slowest ms": number;
  "drifts of shape": number;
  "with listings missing": number;
  faults: number;
}>;

const lineOf = (source: string, tally: Tally, drifts: DriftTally): Line => ({
  source,
  mutations: rounds,
  "refused as a whole": tally.refused,
  "rows rejected in": tally.rejected,
  "slowest ms": Math.round(tally.slowestMs),
  "drifts of shape": drifts.drifts,
  "with listings missing": drifts.missing,
  faults: tally.faults.length,
});

const inAll = (lines: readonly Line[]): Line => {
  const sum = (field: Exclude<keyof Line, "source">): number =>
    lines.reduce((total, line) => total + line[field], 0);
  return {
    source: "in all",
    mutations: sum("mutations"),
    "refused as a whole": sum("refused as a whole"),
    "rows rejected in": sum("rows rejected in"),
    "slowest ms": Math.max(...lines.map((line) => line["slowest ms"])),
    "drifts of shape": sum("drifts of shape"),
    "with listings missing": sum("with listings missing"),
    faults: sum("faults"),
  };
};

const fuzz = (source: Source, reference: Reference): Tally => {
  const tally: Tally = { refused: 0, rejected: 0, slowestMs: 0, faults: [] };
  const payloads = payloadsOf(source.id);
  const { absence = [] } = readFixture(source.id);
  const whole = seen(source, payloads, reference);
  const random = seeded(2026);
  for (let round = 0; round < rounds; round++) {
    const harm = harms[round % harms.length]!;
    const index = Math.floor(random() * payloads.length);
    const mutation = mutate(payloads[index]!.body, harm, random);
    if (mutation === null) continue;
    const harmed = payloads.map((one, i) => (i === index ? { ...one, body: mutation.body } : one));
    const where = `${harm} ${payloads[index]!.name} ${mutation.at}`;
    const tellsAbsence = mutation.field !== null && absence.includes(mutation.field);
    const mayLose = mutation.removedElement || harm === "scale" || tellsAbsence;
    check(tally, where, mayLose, whole, () => seen(source, harmed, reference));
  }
  return tally;
};

interface Seen {
  readonly parsed: Parsed;
  readonly offers: readonly Offer[];
  readonly rejects: number;
}

const seen = (source: Source, payloads: readonly RawPayload[], reference: Reference): Seen => {
  const parsed = source.parse(payloads, at);
  const context = { source: source.id, ...reference, rates: handRates, observedAt: at };
  const keys = new Set<string>();
  const offers: Offer[] = [];
  let rejects = parsed.rejects.length;
  for (const draft of parsed.offers) {
    const judged = judge(draft, context);
    const key = "offer" in judged ? listingKey(judged.offer) : null;
    if (!("offer" in judged) || keys.has(key!)) rejects++;
    else {
      keys.add(key!);
      const { usdPerGpuHour, observedAt, gpu } = judged.offer;
      const doubts = doubtsOf({
        usdPerGpuHour,
        observedAt,
        band: reference.bands.of(gpu),
        onDemand: [],
        history: null,
        others: null,
      });
      offers.push({ ...judged.offer, flags: [...judged.offer.flags, ...doubts] });
    }
  }
  for (const { gpu, flags, usdPerGpuHour } of offers) {
    const { low, high } = reference.bands.of(gpu);
    if (flags.length === 0 && (usdPerGpuHour < low || usdPerGpuHour > high))
      throw new Error(`${gpu} at ${usdPerGpuHour} is in the book`);
  }
  return { parsed, offers, rejects };
};

const check = (tally: Tally, where: string, mayLose: boolean, whole: Seen, read: () => Seen): void => {
  const began = performance.now();
  try {
    const now = read();
    for (const fault of [...numberFaults(now), ...(mayLose ? [] : lossFaults(now, whole))])
      tally.faults.push(`${where}: ${fault}`);
    if (now.rejects > whole.rejects) tally.rejected++;
  } catch (error) {
    if (error instanceof AppError && error.code === "upstream_failed") tally.refused++;
    else tally.faults.push(`${where}: ${error instanceof Error ? (error.stack ?? "").slice(0, 300) : error}`);
  }
  const took = performance.now() - began;
  tally.slowestMs = Math.max(tally.slowestMs, took);
  if (took > hangMs) tally.faults.push(`${where}: took ${Math.round(took)} ms`);
};

const numberFaults = ({ offers, parsed }: Seen): string[] => {
  const bad = (name: string, value: number | null | undefined, least = 0): string[] =>
    value == null || (Number.isFinite(value) && value >= least) ? [] : [`${name} is ${value}`];
  return [
    ...offers.flatMap((offer) => [
      ...bad("a price", offer.usdPerGpuHour, Number.MIN_VALUE),
      ...bad("a raw price", offer.priceRaw, Number.MIN_VALUE),
      ...bad("free GPUs", offer.availableGpus),
      ...bad("memory", offer.vramGib),
      ...bad("CPU cores", offer.includes?.cpuCores),
      ...bad("RAM", offer.includes?.ramGib),
    ]),
    ...(parsed.fleets ?? []).flatMap((fleet) => [
      ...bad("GPUs in all", fleet.totalGpus),
      ...bad("GPUs rented", fleet.rentedGpus),
    ]),
    ...(parsed.tokens ?? []).flatMap((token) => [
      ...bad("a token price", token.usdPerMillionInput),
      ...bad("a token price", token.usdPerMillionOutput),
    ]),
  ];
};

/** What a row loses must show: as a reject, or in words on how complete the pull was. */
const lossFaults = (now: Seen, whole: Seen): string[] => {
  const lost = countOf(whole) - countOf(now);
  if (lost <= 0) return [];
  const told =
    now.rejects > whole.rejects || now.parsed.completeness.state !== whole.parsed.completeness.state;
  const noted = now.parsed.completeness.note !== whole.parsed.completeness.note;
  return told || noted ? [] : [`${lost} rows are gone without a word`];
};

const countOf = ({ offers, parsed }: Seen): number =>
  offers.length + (parsed.tokens?.length ?? 0) + (parsed.rates?.length ?? 0);
