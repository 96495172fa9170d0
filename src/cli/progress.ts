import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  readonly step: (done: number, of: number, text: string) => void;
  readonly stop: () => void;
}

/** A progress bar on standard error; nothing when it is not a terminal or `quiet`. */
export const progressBar = (quiet: boolean): Progress => {
  if (quiet || !process.stderr.isTTY) return { step: () => undefined, stop: () => undefined };
  const bar = new SingleBar(
    { format: "{bar} {percentage}% {text}", hideCursor: true, stream: process.stderr },
    Presets.shades_classic,
  );
  let started = false;
  return {
    step: (done, of, text) => {
      if (!started) bar.start(of, done, { text });
      started = true;
      bar.setTotal(of);
      bar.update(done, { text });
    },
    stop: () => {
      if (started) bar.stop();
    },
  };
};
