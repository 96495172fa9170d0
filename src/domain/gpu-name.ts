/** What the words of a GPU name say. */
export interface GpuName {
  /** The words that name the card, in lower case, without maker, counts, memory and packaging. */
  readonly words: readonly string[];
  /** Memory of one GPU that the name states, GiB; null when it states none. */
  readonly vramGib: number | null;
  /** The name tells of NVLink. */
  readonly nvlink: boolean;
  /** The name says that it is a part of a card. */
  readonly slice: boolean;
}

/** Form factors a name can state, and the text that a card's form factor must contain for each. */
const forms: ReadonlyMap<string, string> = new Map([
  ["sxm", "sxm"],
  ["hgx", "sxm"],
  ["dgx", "sxm"],
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
/** A virtual GPU's profile: the card's name, the memory given, and what the licence is for (A40-8Q, A100-1-5C). */
const profilePattern = /(?<=[a-z0-9])[\s_-]+(?:\d[\s_-])?\d{1,3}[abcq](?=[\s)]*$)/;
const memoryPattern = /(?<![a-z0-9.])(\d+(?:\.\d+)?)[\s_-]*(?:gib|gb|gi|g)(?![a-z0-9])/g;
/** How many there are: 8x, x8, 8 x, × 8, and NVIDIA's "HGX H100 8-GPU". */
const countPattern =
  /(?<![\p{L}\p{N}])(?:[x×*][\s_-]?\d{1,3}(?![\p{L}\p{N}])|\d{1,3}(?:[\s_-]?[x×*](?![\p{L}\p{N}])|x(?=[a-z])|[×*]))|(?<=[dh]gx[\s_-].*)[\s_-]\d{1,2}[\s_-]?gpus?(?![\p{L}\p{N}])/gu;

/** More than any GPU has: such a figure is the host's memory or the sum over its GPUs. */
const largestVramGib = 300;

/** Takes a name apart. Never throws; a name without letters or digits has no words. */
export const parseGpuName = (name: string): GpuName => {
  const lower = name.toLowerCase().replace(/\srunning in\s.*$/, "");
  const whole = lower.replace(slicePattern, " ").replace(profilePattern, " ");
  const vramGib = statedMemory(whole);
  const words = whole
    .replace(memoryPattern, (_, figure) => (isVram(Number(figure)) ? " " : ` ${Math.round(figure)}gb `))
    .replace(countPattern, " ")
    // A letter of another alphabet is a letter too: what only looks like a card's name is not the name.
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .map((word) => word.replace(/^(?:nvidia|geforce|tesla)(?=[a-z]*\d)/, "").replace(/^sxm\d$/, "sxm"))
    .filter((word) => word !== "" && !decorations.has(word));
  return { words, vramGib, nvlink: /nvlink/.test(lower), slice: whole !== lower };
};

const statedMemory = (text: string): number | null => {
  const figures = [...text.matchAll(memoryPattern)].map((match) => Number(match[1]));
  return figures.find((figure) => figure > 1 && isVram(figure)) ?? null;
};

const isVram = (figure: number): boolean => figure <= largestVramGib;

/** The texts that a card's form factor must contain, as the words demand. */
export const formsIn = (words: readonly string[]): string[] => words.flatMap((word) => forms.get(word) ?? []);

export const architecturesIn = (words: readonly string[]): string[] =>
  words.filter((word) => architectures.has(word)).map((word) => (word === "lovelace" ? "ada" : word));

/** Words beside the card's name that leave it the same card: form, architecture, kind of memory, the host's memory. */
export const isQualifier = (word: string): boolean =>
  forms.has(word) || architectures.has(word) || memoryWords.has(word) || /^\d{3,}gb$/.test(word);

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
