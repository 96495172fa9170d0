import { describe, expect, it } from "vitest";
import { kill } from "../../bench/kill.ts";

describe("kill -9 while collecting and importing", () => {
  it("loses no acknowledged pull and leaves none half-written or doubled (20 kills: npm run prove kill)", async () => {
    const result = await kill(4, 7);
    expect(result).toMatchObject({ kills: 4, lost: 0, half: 0, doubled: 0, orphans: 0 });
    expect(result.pulls).toBeGreaterThan(0);
  }, 120_000);
});
