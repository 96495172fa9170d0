/** What the words of a GPU name say. */
export interface GpuName {
  /** The words that name the card, in lower case, without maker, counts, memory and packaging. */
  readonly words: readonly string[];
  /** Memory of one GPU that the name states, GiB; null when it states none. */
  readonly vramGib: number | null;
  /** The name says that it is a part of a card. */
  readonly slice: boolean;
}

/** Form factors a name can state, and the text that a card's form factor must contain for each. */
const forms: ReadonlyMap<string, string> = new Map([
  ["sxm", "sxm"],
  ["hgx", "sxm"],
  ["pcie", "pcie"],
  ["nvl", "nvl"],
  ["oam", "oam"],
]);

const architectures = new Set([
  "blackwell",
  "hopper",
  "ada",
  "lovelace",
  "ampere",
  "turing",
  "volta",
  "pascal",
]);

/** Words that say nothing about which card it is. */
const decorations = new Set(
  `nvidia amd intel google aws tesla geforce instinct gpu gpus card accelerator graphics tensor core generation
  edition ac nvlink infiniband ethernet instance compute cloud oci oracle infrastructure spot preemptible secure
  community attached to vm vms`.split(/\s+/),
);

const memoryWords = new Set(["hbm2", "hbm2e", "hbm3", "hbm3e", "gddr6", "gddr6x", "gddr7"]);

const slicePattern =
  /(?<![a-z0-9])mig(?![a-z0-9])|(?<![a-z0-9])\d+g[.\s_-]\d+gb(\+me)?(?![a-z0-9])|(?<!\d)1\/\d+|(?<![a-z])slice(?![a-z])/g;
const memoryPattern = /(?<![a-z0-9.])(\d+(?:\.\d+)?)[\s_-]*(?:gib|gb|gi|g)(?![a-z0-9])/g;
const countPattern = /(?<![a-z0-9])\d{1,3}x(?=[a-z\s_-]|$)|(?<![a-z0-9])x\d+(?![a-z0-9])/g;

/** More than any GPU has: such a figure is the host's memory or the sum over its GPUs. */
const largestVramGib = 300;

/** Takes a name apart. Never throws; a name without letters or digits has no words. */
export const parseGpuName = (name: string): GpuName => {
  const lower = name.toLowerCase().replace(/\srunning in\s.*$/, "");
  const whole = lower.replace(slicePattern, " ");
  const vramGib = statedMemory(whole);
  const words = whole
    .replace(memoryPattern, " ")
    .replace(countPattern, " ")
    .split(/[^a-z0-9]+/)
    .map((word) => word.replace(/^(?:nvidia|geforce|tesla)(?=[a-z]*\d)/, "").replace(/^sxm\d$/, "sxm"))
    .filter((word) => word !== "" && !decorations.has(word));
  return { words, vramGib, slice: whole !== lower };
};

const statedMemory = (text: string): number | null => {
  const figures = [...text.matchAll(memoryPattern)].map((match) => Number(match[1]));
  return figures.find((figure) => figure > 1 && figure <= largestVramGib) ?? null;
};

/** The texts that a card's form factor must contain, as the words demand. */
export const formsIn = (words: readonly string[]): string[] => words.flatMap((word) => forms.get(word) ?? []);

export const architecturesIn = (words: readonly string[]): string[] =>
  words.filter((word) => architectures.has(word)).map((word) => (word === "lovelace" ? "ada" : word));

/** Words beside the card's name that leave it the same card: form, architecture, kind of memory. */
export const isQualifier = (word: string): boolean =>
  forms.has(word) || architectures.has(word) || memoryWords.has(word);

/** Runs of neighbouring words, the longest first, with what stands before and after. */
export function* runsOf(words: readonly string[]): Generator<{
  readonly key: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}> {
  for (let length = Math.min(words.length, 10); length > 0; length--) {
    for (let start = 0; start + length <= words.length; start++) {
      const key = words.slice(start, start + length).join("");
      yield { key, before: words.slice(0, start), after: words.slice(start + length) };
    }
  }
}
