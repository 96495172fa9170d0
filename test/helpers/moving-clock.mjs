import { readFileSync } from "node:fs";

/*
 * Loaded before the program (node --import): its clock is the machine's plus the milliseconds that stand in the
 * file GPUTAPE_TEST_CLOCK, so that hours pass when a test says so. Timers keep the machine's time.
 */

const file = process.env.GPUTAPE_TEST_CLOCK;
const MachineDate = Date;
const machineNow = Date.now;
let offset = 0;
let readAt = Number.NEGATIVE_INFINITY;

const now = () => {
  const machine = machineNow();
  if (file && machine - readAt > 20) {
    readAt = machine;
    try {
      offset = Number(readFileSync(file, "utf8")) || offset;
    } catch {
      // The file is being replaced; the last offset holds.
    }
  }
  return machine + offset;
};

MachineDate.now = now;
globalThis.Date = new Proxy(MachineDate, {
  construct: (target, values, made) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, made),
});
