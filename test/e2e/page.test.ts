/// <reference lib="dom" />
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Program, startProgram, type Workspace, workspace } from "../helpers/program.ts";
import { until } from "../helpers/until.ts";
import { startUpstream, type Upstream } from "../helpers/upstream.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);
if (!executablePath) console.warn("page: there is no Chromium here, so the page's tests are skipped");

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** An answer of POST /v1/commitments, as the page reads it. */
const judged = {
  ...{ gpus: 8, months: 7, decision: "close", p_undercut: 0.38, critical_ratio: 0.1 },
  npv: { value: 3100, se: null, low: -900, high: 7000, n: 12, reason: null },
  break_even: { usd_per_gpu_hour: 2.5, utilisation: 0.9 },
  ...{ effective_usd_per_gpu_hour: 2.5, low_outcome_usd: -4000, high_outcome_usd: 9000 },
  spot: { usd_per_gpu_hour: 2.8, expected_usd_per_gpu_hour: 2.78, reason: null },
  why: ["The trend decides."],
};

describe.skipIf(!executablePath)("the page in Chromium", () => {
  let browser: Browser;
  let upstream: Upstream;
  let program: Program;
  let place: Workspace;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    upstream = await startUpstream();
    upstream.behave("oci", "status");
    place = workspace();
    program = await startProgram(["--db", place.db, "--enable", "runpod"], upstream.env);
    browser = await chromium.launch({ executablePath: executablePath!, args: quiet });
    await until(
      "the sources have been pulled",
      async () => {
        const answer = (await (await fetch(`${program.url}/v1/providers`)).json()) as {
          data: { sources: { source: string; enabled: boolean; status: string }[] };
        };
        return answer.data.sources.every(({ enabled, status }) => !enabled || status !== "waiting");
      },
      80_000,
    );
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    await upstream?.close();
    place?.remove();
  });

  const open = async (query = "", { width = 1440, height = 900, dark = false } = {}): Promise<void> => {
    faults = [];
    context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? "dark" : "light" });
    page = await context.newPage();
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      const expected = /422/.test(message.text());
      if (message.type() === "error" && !expected) faults.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(program.url) && !request.url().startsWith("data:"))
        faults.push(request.url());
    });
    await page.goto(`${program.url}/${query}`);
    await page.waitForSelector("main h1");
  };

  afterEach(async () => {
    await context?.close();
    expect(faults).toEqual([]);
  });

  const rows = (table: string) => page.locator(`table:has(caption:text("${table}")) tbody tr[data-row]`);
  const market = () => rows("One row a GPU");

  it("shows the market, searches, filters and sorts it by mouse and by keyboard", async () => {
    await open();
    await market().first().waitFor();
    const all = await market().count();
    expect(all).toBeGreaterThan(20);

    await page.keyboard.press("/");
    await page.keyboard.type("h200");
    await page.waitForURL(/q=h200/);
    const found = await market().allInnerTexts();
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((text) => /H200/.test(text))).toBe(true);
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await page.getByLabel("Families").uncheck();
    await expect.poll(() => market().count()).toBeLessThan(all);

    await page.locator("th button", { hasText: "On demand" }).first().click();
    await page.waitForURL(/sort=od/);
    const prices = await market().locator("td:nth-child(3) .price").allInnerTexts();
    const numbers = prices.map((text) => Number.parseFloat(text)).filter((value) => !Number.isNaN(value));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));

    await market().first().focus();
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate(() => document.activeElement?.matches("tr[data-row]:nth-of-type(2)"))).toBe(
      true,
    );
    await page.keyboard.press("Enter");
    await page.waitForURL(/room=gpu/);
    await page.goBack();
    await page.waitForURL(/sort=od/);
    await expect.poll(() => page.title()).toContain("Market");
  });

  it("has digits of one width everywhere, though the styles are minified", async () => {
    await open("?room=gpu&gpu=h100");
    await rows("Offers, per GPU and in total").first().waitFor();
    const widths = await page.evaluate(() =>
      ["body", "td", ".figures dd", "button.tool", "input", "select"].map((each) => {
        const element = document.querySelector(each);
        return element && getComputedStyle(element).fontVariantNumeric;
      }),
    );
    expect(new Set(widths)).toEqual(new Set(["tabular-nums"]));
  });

  it("asks for an answer once, however many parts show it", async () => {
    await open("?room=route");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(`${program.url}/?room=gpu&gpu=h100`);
    await rows("Offers, per GPU and in total").first().waitFor();
    await page.getByRole("region", { name: "Quote" }).getByText("Per GPU-hour").first().waitFor();
    for (const path of ["/v1/offers", "/v1/providers", "/v1/market"])
      expect(
        asked.filter((each) => each === path),
        path,
      ).toHaveLength(1);
  });

  it("leads on from a GPU that it does not know", async () => {
    await open("?room=gpu&gpu=h10o");
    await page.getByText("There is no GPU “h10o”.").waitFor();
    await page.getByRole("link", { name: "H100", exact: true }).click();
    await page.waitForURL(/gpu=h100$/);
    await page.locator(".uplot canvas").first().waitFor();
    faults = faults.filter((fault) => !/404/.test(fault));
  });

  it("says what failed and how old the tape is", async () => {
    await open();
    await page.getByText("failing: oci").first().waitFor();
    await page.getByText("Tape age").waitFor();
  });

  it("shows a GPU in depth: history, supply, quote, offers, changes", async () => {
    await open("?room=gpu&gpu=h100");
    await page.locator(".uplot canvas").first().waitFor();
    await page.getByRole("button", { name: "7 d", exact: true }).click();
    await page.waitForURL(/range=7d/);
    await page.getByRole("button", { name: "By provider" }).click();
    await page.getByRole("button", { name: "Table", exact: true }).first().click();
    await rows("Price history").first().waitFor();

    await page.getByRole("button", { name: "Chart", exact: true }).first().click();
    await page.getByRole("button", { name: "By provider" }).click();
    const plot = (await page.locator(".u-over").first().boundingBox())!;
    await page.mouse.move(plot.x + plot.width * 0.5, plot.y + plot.height / 2);
    await page.mouse.down();
    await page.mouse.move(plot.x + plot.width * 0.9, plot.y + plot.height / 2, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=.*&.*to=/);
    await page.getByRole("button", { name: "Zoom out" }).click();
    await page.waitForURL((url) => !url.searchParams.has("from"));
    await page.keyboard.press("/");
    expect(await page.evaluate(() => document.activeElement?.matches("[data-search]"))).toBe(true);

    const quote = page.getByRole("region", { name: "Quote" });
    await quote.getByText("Per GPU-hour").first().waitFor();
    await quote.locator("input[name=n]").fill("2");
    await page.waitForURL(/n=2/);
    await quote.getByText("Per hour, 2 GPUs").waitFor();
    await quote.getByText("As curl", { exact: true }).click();
    expect(await quote.locator("pre").textContent()).toContain('"gpus":2');
    await quote.locator("input[name=n]").press("Control+A");
    await page.keyboard.press("Delete");
    await page.keyboard.type("-5");
    await quote.getByText("a whole number from 1 to 100,000").waitFor();
    expect(await quote.locator("input[name=n]").inputValue()).toBe("-5");
    await quote.getByText("Nothing is asked while a field is wrong.").waitFor();
    await quote.locator("input[name=n]").fill("90000");
    await quote
      .getByText("This cannot be bought now.")
      .or(quote.getByText("Per hour, 90000 GPUs"))
      .first()
      .waitFor();

    const supply = page.getByRole("region", { name: "Supply" });
    await supply.locator("svg.supply").or(supply.getByText("No current offer")).first().waitFor();
    await rows("Offers, per GPU and in total").first().click();
    await page.getByText("As the venue writes it").waitFor();
    await page.getByRole("button", { name: /^Spot/ }).click();
    await page.waitForURL(/purchase=spot/);
    await rows("Changes, newest first").first().waitFor();
  });

  it("shows the models of a GPU: index with receipts, curves, refusals, spreads, forward, economics", async () => {
    await open("?room=gpu&gpu=h100-sxm");
    const panel = (name: string) => page.getByRole("region", { name, exact: true });
    const show = async (part: string, name: string) => {
      await page.getByRole("link", { name: part, exact: true }).click();
      // A panel is built when it comes near the screen.
      const isBuilt = async (): Promise<boolean> => {
        await page.mouse.wheel(0, 200);
        return (await panel(name).count()) > 0;
      };
      await expect.poll(isBuilt).toBe(true);
      await panel(name).scrollIntoViewIfNeeded();
      return panel(name);
    };
    const index = await show("Price", "Index");
    await rows("without each provider").first().waitFor();
    await index.getByText(/^[0-9a-f]{64}$/).waitFor();
    await index.getByRole("button", { name: "Votes" }).click();
    await page.waitForURL(/method=votes/);
    await index.getByText(/^votes 2:/).waitFor();

    const demand = await show("Supply and demand", "Demand");
    await demand.getByText("Not everything is identified.").waitFor();
    await demand.getByText(/Elasticity is not printed/).waitFor();
    const tightness = await show("Supply and demand", "Tightness");
    await tightness.getByText(/days/).first().waitFor();
    const spreads = await show("Spreads", "Spreads");
    await spreads.getByText("effective spread from trades").first().waitFor();
    await spreads.locator("input[name=model]").fill("no-such-model");
    await spreads.locator("input[name=tokens]").fill("500");
    await spreads.getByText("no endpoint of that model is priced").waitFor();
    const forward = await show("Forward and economics", "Forward");
    await forward.getByText(/Cost of capital/).waitFor();
    const economics = await show("Forward and economics", "Economics");
    await economics.getByText("Operating floor").first().waitFor();
    await economics.getByRole("link", { name: "All GPUs" }).click();
    await page.waitForURL(/room=economics/);
    await expect.poll(() => page.locator("tbody tr[data-row]").count()).toBeGreaterThan(10);
  });

  it("judges a quoted or a typed commitment, refuses in words, and asks for nothing without a price", async () => {
    await open("?room=gpu&gpu=h100");
    const bodies: unknown[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/v1/commitments")) bodies.push(request.postDataJSON());
    });
    await page.getByRole("link", { name: "Forward and economics", exact: true }).click();
    const commitment = page.getByRole("region", { name: "Commit or wait", exact: true });
    await commitment.scrollIntoViewIfNeeded();
    await commitment.getByText("No price typed: taken is $8.42 of azure").waitFor();
    await commitment.getByText("This contract cannot be judged. h100 has had no on demand index").waitFor();
    await commitment.getByText("a market price typed above takes its place").waitFor();
    expect(bodies).toMatchObject([{ gpu: "h100", gpus: 8, months: 12, upfront_share: 0, rate: 0.12 }]);

    await commitment.locator("input[name=months]").fill("7");
    await commitment.getByText("Nobody quotes 7 months: type the price that you were offered.").waitFor();
    await page.route("**/v1/commitments", (route) => route.fulfill({ json: { data: judged, meta: {} } }));
    await commitment.locator("input[name=offer]").fill("2.5");
    await page.waitForURL(/months=7.*offer=2.5/);
    await commitment.getByText("Close call").waitFor();
    await commitment.getByText("The trend decides.").waitFor();
    const figures = await commitment.locator(".figures").textContent();
    expect(figures).toMatch(/\$3,100[\s\S]*\u2212\$900 to \$7,000[\s\S]*38.0 %[\s\S]*\$2.50/);
    expect(bodies.at(-1)).toMatchObject({ months: 7, usd_per_gpu_hour: 2.5 });

    await commitment.locator("input[name=used]").fill("150");
    await commitment.getByText("a number from 0 to 100").waitFor();
    await expect.poll(() => commitment.getByText("Close call").count()).toBe(0);
    await page.reload();
    await expect.poll(() => commitment.locator("input[name=offer]").inputValue()).toBe("2.5");
    expect(bodies).toHaveLength(2);
  });

  it("recommends a route, explains it, and says what stands in the way of another", async () => {
    await open("?room=route&gpu=h100&gpus=1&hours=10");
    await page.getByText("Best plan").waitFor();
    await page.getByText("Total", { exact: true }).first().waitFor();
    const cost = await page
      .getByRole("region", { name: "Best plan" })
      .locator("tfoot td")
      .last()
      .textContent();
    expect(cost).toMatch(/^\$\d/);
    await page.locator("input[name=max_usd_per_gpu_hour]").fill("0.001");
    await page.getByText("No plan meets this request.").waitFor();
    await page.locator(".notice b", { hasText: "max_usd_per_gpu_hour" }).waitFor();
    await page.getByRole("button", { name: "Set it" }).first().click();
    await page.getByText("Best plan").waitFor();
    expect(page.url()).toMatch(/max_usd_per_gpu_hour=(?!0\.001\b)[\d.]+/);
    await page.locator("input[name=hours]").fill("soon");
    await page.getByText("a number above 0").waitFor();
    await page.getByRole("button", { name: "Start over" }).click();
    await page.getByText("Best plan").waitFor();
  });

  it("shows every source, its fault and what it refused", async () => {
    await open("?room=sources");
    const sources = rows("Sources and how they fare");
    await sources.first().waitFor();
    expect(await sources.first().textContent()).toMatch(/oci[\s\S]*failing[\s\S]*500/);
    await sources.filter({ hasText: "akash" }).click();
    await page.waitForURL(/source=akash/);
    await page.getByText("bad_price").first().click();
    await page.locator("details[open] pre").first().waitFor();
    await sources.filter({ hasText: "Vast.ai" }).click();
    await page.getByText("GPUTAPE_ENABLE=vast gputape start").waitFor();
  });

  it("goes between rooms by keys, shows help and changes its theme", async () => {
    await open();
    await page.keyboard.press("g");
    await page.keyboard.press("r");
    await page.waitForURL(/room=route/);
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForURL(/room=sources/);
    await page.keyboard.press("?");
    await page.getByText("Keys and marks").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Keys and marks").waitFor({ state: "detached" });
    const before = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.keyboard.press("t");
    await page.getByRole("button", { name: "Theme: light" }).waitFor();
    await page.keyboard.press("t");
    await page.getByRole("button", { name: "Theme: dark" }).waitFor();
    await expect
      .poll(() => page.evaluate(() => getComputedStyle(document.body).backgroundColor))
      .not.toBe(before);
  });

  it("fits a phone while every source fails, and keeps its picture when the server is gone", async () => {
    await open("", { width: 390, height: 844 });
    await page.route("**/v1/providers", async (route) => {
      const answer = await (await route.fetch()).json();
      for (const source of answer.data.sources) if (source.enabled) source.status = "failing";
      await route.fulfill({ json: answer });
    });
    await page.reload();
    await page.getByText(/\d+ of \d+ failing: .* and \d+ more/).waitFor();
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(beyond).toBeLessThanOrEqual(0);

    await market().first().waitFor();
    const shown = await market().count();
    await page.unrouteAll();
    await page.route("**/v1/**", (route) => route.abort());
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await page.getByText("Offline.").waitFor();
    expect(await market().count()).toBe(shown);
    faults = faults.filter((fault) => !/net::ERR_FAILED/.test(fault));
  });

  it.each([false, true])("fits a phone without scrolling sideways (dark: %s)", async (dark) => {
    for (const room of ["?", "?room=gpu&gpu=h100", "?room=economics", "?room=route", "?room=sources"]) {
      await open(room, { width: 390, height: 844, dark });
      await page.locator("table").first().waitFor();
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(beyond, room).toBeLessThanOrEqual(0);
      await context.close();
    }
  });
});
