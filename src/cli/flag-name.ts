import type { Flag } from "./reads/command.ts";

/** The field of a query or body that an option of commander stands for: `minGpus` is `min_gpus`. */
export const fieldOf = (option: string): string =>
  option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The flag of an option or a field: `minGpus` and `min_gpus` are `--min-gpus`. */
export const flagOf = (name: string): string => `--${fieldOf(name).replaceAll("_", "-")}`;

/** The flag alone, without the value it takes: `--min-gpus` of `--min-gpus <n>`. */
export const flagIn = ([flags]: Flag): string => flags.split(" ")[0]!;

/** The option that commander makes of a flag: `minGpus` of `--min-gpus`. */
export const optionOf = (flag: string): string =>
  flag.slice(2).replace(/-\w/g, (part) => part[1]!.toUpperCase());

/** The environment variable that an option overrides: `logLevel` is `GPUTAPE_LOG_LEVEL`. */
export const variableOf = (option: string): string => `GPUTAPE_${fieldOf(option).toUpperCase()}`;
