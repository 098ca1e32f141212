// The stage by the keyboard alone: who is large, how loud, and showing a screen. With SHOTS=folder it keeps pictures.
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from "vitest";
import { violations } from "./axe";
import { launch, open } from "./browser";
import { FramesServer, i420, message } from "./frames";
import { acted as actedOn, focused as focusedOn, tabTo as tabToOn } from "./hands";

const SHOTS = process.env["SHOTS"];
const KEY = 1;
const RAW = 2;
const SOON = { timeout: 5_000, interval: 50 };

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(() => page.context().close());

async function at(scene: string, locale = "en", frames = ""): Promise<void> {
  const query = new URLSearchParams({ scene, locale, frames });
  ({ page } = await open(browser, `${inject("gallery")}?${query}`));
}

const acted = () => actedOn(page);
const focused = () => focusedOn(page);
const tabTo = (testId: string) => tabToOn(page, testId);
const focusedSoon = (testId: string) => vi.waitFor(async () => expect(await focused()).toBe(testId), SOON);
const shoot = async (name: string) => SHOTS !== undefined && (await page.screenshot({ path: join(SHOTS, `${name}.png`) }));

test.each(["en", "ru", "he"])("the volume of a person is set in a menu that stays inside the window (%s)", async (locale) => {
  await at("stage-3", locale);
  await tabTo("tile-menu");
  await page.keyboard.press("Enter");
  await tabTo("volume");
  await page.keyboard.press(locale === "he" ? "ArrowLeft" : "ArrowRight");
  expect(await acted()).toEqual({ kind: "set_volume", peer: "seat-1", percent: 110 });
  const panel = await page.locator(".menu:popover-open").boundingBox();
  expect(panel!.x).toBeGreaterThanOrEqual(0);
  expect(panel!.x + panel!.width).toBeLessThanOrEqual(900);
  expect(panel!.y + panel!.height).toBeLessThanOrEqual(640);
  expect(await violations(page)).toEqual([]);
  await shoot(`volume.${locale}.900`);
  await tabTo("mute");
  await page.keyboard.press("Space");
  expect(await acted()).toEqual({ kind: "set_volume", peer: "seat-1", percent: 0 });
  await page.keyboard.press("Space");
  expect(await acted()).toEqual({ kind: "set_volume", peer: "seat-1", percent: 110 });
  await page.keyboard.press("Escape");
  expect(await focused()).toBe("tile-menu");
});

test("a person is made large and let go again, with the focus where it was", async () => {
  await at("stage-3");
  await tabTo("pin");
  expect(await page.locator(":focus").getAttribute("aria-label")).toMatch(/^Show .+ large$/);
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "pin", stream: 1 });
  await page.locator(".cell.large [data-stream='1']").waitFor();
  expect(await focused()).toBe("pin");
  expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Show everybody the same size");
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "pin", stream: null });
  await page.locator(".cell.grid [data-stream='1']").waitFor();
});

test("a tile keeps its canvas when it becomes large", async () => {
  await at("stage-3");
  const canvas = await page.locator("[data-stream='1'] canvas").elementHandle();
  await tabTo("pin");
  await page.keyboard.press("Enter");
  await page.locator(".cell.large [data-stream='1']").waitFor();
  expect(await canvas!.evaluate((element) => element.isConnected)).toBe(true);
});

test("a tile that is scrolled out of sight is not sent for", async () => {
  await at("started-8");
  await page.setViewportSize({ width: 420, height: 560 });
  const heights = new Map<number, number>();
  await page.exposeFunction("tile", (told: string) => {
    const { stream, height } = JSON.parse(told) as { stream: number; height: number };
    heights.set(stream, height);
  });
  await page.evaluate(() => {
    const tell = () => (window as unknown as { tile(told: string | undefined): void }).tile(document.documentElement.dataset["tile"] ?? "{}");
    new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ["data-tile"] });
  });
  // The smaller window may not be laid out yet, and nothing scrolls until it is.
  await vi.waitFor(async () => {
    await page.evaluate(() => document.querySelector(".tiles")?.scrollTo({ top: 10_000 }));
    expect(heights.get(1)).toBe(0);
  }, SOON);
  await page.evaluate(() => document.querySelector(".tiles")?.scrollTo({ top: 0 }));
  await vi.waitFor(() => expect(heights.get(1)).toBeGreaterThan(50), SOON);
  await vi.waitFor(() => expect(heights.get(7)).toBe(0), SOON);
});

test.each(["en", "he"])("a screen is shown only after it was seen and said so (%s)", async (locale) => {
  const frames = await FramesServer.listen();
  await at("started-specialist", locale, frames.url);
  await tabTo("share");
  await page.keyboard.press("Enter");
  await tabTo("share-source");
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "preview_share", source: "screen" });
  await page.getByTestId("share-preview").waitFor();
  await vi.waitFor(async () => expect(await focused()).toBe("H2"), SOON);
  await page.keyboard.press("Enter");
  expect(await acted()).toMatchObject({ kind: "preview_share" });
  await tabTo("share-go");
  await page.keyboard.press("Enter");
  expect(await acted(), "there is nothing to see yet").toMatchObject({ kind: "preview_share" });
  frames.send(message({ stream: 2000, sequence: 0, width: 320, height: 200, flags: KEY | RAW }, i420(320, 200, [128, 128], Date.now(), 0)));
  await page.locator("[data-stream='2000'][data-drawn]").waitFor();
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "start_share" });
  await focusedSoon("share-stop");
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "stop_share" });
  await page.getByTestId("share-bar").waitFor({ state: "detached" });
  frames.close();
});

test("Escape ends the choice and the preview", async () => {
  await at("started-specialist");
  await tabTo("share");
  await page.keyboard.press("Enter");
  await page.getByTestId("share-dialog").waitFor();
  await page.keyboard.press("Escape");
  expect(await acted()).toEqual({ kind: "stop_share" });
  await page.getByTestId("share-dialog").waitFor({ state: "detached" });
  expect(await focused()).toBe("share");
  await page.keyboard.press("Enter");
  await page.getByTestId("share-source").click();
  await page.getByTestId("share-preview").waitFor();
  await page.keyboard.press("Escape");
  await page.getByTestId("share-preview").waitFor({ state: "detached" });
  expect(await acted()).toEqual({ kind: "stop_share" });
});
