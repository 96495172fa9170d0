import { expect, test } from "vitest";
import { isSound, killLoop } from "../../bench/kill.ts";

/** `npm run prove kill` does it 20 times. */
test("kill -9 while serving, collecting and importing loses, halves and doubles nothing", async () => {
  const kills = await killLoop({ count: 3, seed: 7 });
  expect(kills.map((kill) => kill.while)).toEqual(["serving", "collecting", "importing", "all again"]);
  expect(isSound(kills), JSON.stringify(kills, null, 1)).toBe(true);
  expect(kills.at(-1)!.ticks).toBeGreaterThan(30_000);
}, 90_000);
