import { expect, test } from "vitest";
import { countryNamed, countryOfPlace } from "../../src/domain/country-name.ts";

test.each([
  ["Germany", "DE"],
  ["france", "FR"],
  ["United Kingdom", "GB"],
  ["UK", "GB"],
  ["Vietnam", "VN"],
  ["Russia", "RU"],
  ["Serbia", "RS"],
  ["Czech Republic", "CZ"],
  ["Mars", null],
  ["European Union", null],
  ["", null],
])("%s is %s", (name, code) => {
  expect(countryNamed(name)).toBe(code);
});

test.each([
  ["Kansas City, MO, USA", "US"],
  ["Des Moines, IA, US", "US"],
  ["Montreal, Canada", "CA"],
  ["Finland - Helsinki", "FI"],
  ["Norway", "NO"],
  ["Lebanon, TN", null],
  ["San Jose, CA", null],
  ["Atlanta, Georgia", null],
  ["us-south-1", null],
  ["", null],
])("%s lies in %s", (place, code) => {
  expect(countryOfPlace(place)).toBe(code);
});
