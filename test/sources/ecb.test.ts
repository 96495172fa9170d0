import { expect, test } from "vitest";
import { usdRate } from "../../src/domain/money.ts";
import { ecb } from "../../src/sources/ecb.ts";
import { at, payload, payloadsOf } from "./fixture.ts";

test("reads the days and their rates; a rate that is no number is rejected", () => {
  const { rates, rejects, completeness } = ecb.parse(payloadsOf("ecb"), at);
  expect(rates).toEqual([
    { date: "2026-11-19", currency: "USD", perEuro: 1.085 },
    { date: "2026-11-19", currency: "GBP", perEuro: 0.8412 },
    { date: "2026-11-19", currency: "INR", perEuro: 91.203 },
    { date: "2026-11-18", currency: "USD", perEuro: 1.0831 },
    { date: "2026-11-18", currency: "GBP", perEuro: 0.8405 },
  ]);
  expect(rejects).toEqual([{ reason: "bad_rate", raw: expect.stringContaining("JPY") }]);
  expect(completeness.state).toBe("complete");
  expect(usdRate(rates ?? [], "GBP", "2026-11-20")).toEqual({ rate: 1.085 / 0.8412, date: "2026-11-19" });
});

test("the daily file of one day reads alike", () => {
  const body = `<e:Envelope xmlns:e="x"><Cube><Cube time="2026-11-19"><Cube currency="USD" rate="1.085"/></Cube></Cube></e:Envelope>`;
  expect(ecb.parse([payload("rates", body)], at).rates).toEqual([
    { date: "2026-11-19", currency: "USD", perEuro: 1.085 },
  ]);
});

test("entities are not expanded", () => {
  const body = `<!DOCTYPE x [<!ENTITY a "1.2">]><E:Envelope xmlns:E="x"><Cube><Cube time="2026-11-19"><Cube currency="USD" rate="&a;"/></Cube></Cube></E:Envelope>`;
  expect(ecb.parse([payload("rates", body)], at)).toMatchObject({
    rates: [],
    rejects: [{ reason: "bad_rate" }],
  });
});
