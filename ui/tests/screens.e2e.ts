// Every screen in every language: readable, reachable, nothing cut off. With SHOTS=folder it keeps pictures.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { SCENES } from "../gallery/fixtures/scenes";
import type { Locale } from "../src/lib/bindings/Locale";
import { violations } from "./axe";
import { launch, open } from "./browser";

const SHOTS = process.env["SHOTS"];
const ONLY = process.env["SCENE"]?.split(",");
const SIZES = [
  { width: 900, height: 640 },
  { width: 1280, height: 800 },
  { width: 420, height: 720 },
];
/** What guests see, calls, and many people: also in a small window, on a telephone, and with everything twice as large. */
const OF_GUESTS = /^(lobby|check|crowd|talk|join-client|started-client|started-not|started-only|finish-client)/;
const SMALL = [
  { width: 800, height: 600 },
  { width: 360, height: 740 },
  { width: 640, height: 400 },
];
const LOCALES: Locale[] = ["en", "ru", "he"];

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const names = Object.keys(SCENES).filter((name) => ONLY === undefined || ONLY.some((given) => name.startsWith(given)));

describe.each(names)("%s", (scene) => {
  test.each(LOCALES)("in %s", async (locale) => {
    const { page, complaints } = await open(browser, `${inject("gallery")}?scene=${scene}&locale=${locale}`);
    expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
      locale,
      locale === "he" ? "rtl" : "ltr",
    ]);
    for (const size of OF_GUESTS.test(scene) ? [...SIZES, ...SMALL] : SIZES) {
      await page.setViewportSize(size);
      // A busy machine takes the new size later than it says.
      await page.waitForFunction((width) => innerWidth === width, size.width);
      await painted(page);
      expect(await clipped(page), `cut off at ${size.width}x${size.height}`).toEqual([]);
      if (SHOTS !== undefined) await shoot(page, SHOTS, `${scene}.${locale}.${size.width}`);
    }
    await page.setViewportSize({ width: 900, height: 640 });
    expect(await bareKeys(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    await painted(page);
    expect(await violations(page)).toEqual([]);
    if (SHOTS !== undefined) await shoot(page, SHOTS, `${scene}.${locale}.dark`);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

/** The page has drawn itself anew since. */
function painted(page: Page): Promise<unknown> {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function shoot(page: Page, folder: string, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** What is wider than its box, or lies outside the window sideways, and is meant neither to be shortened nor to be scrolled. */
function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const shown = [...document.querySelectorAll<HTMLElement>("body, body *")].filter((element) => {
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return box.width > 2 && box.height > 2 && style.visibility === "visible" && !element.closest(".visually-hidden, svg, [data-sideways]");
    });
    const name = (element: HTMLElement) => `${element.tagName}.${element.className}: ${element.textContent?.slice(0, 40)}`;
    const shortened = (element: Element | null): boolean =>
      element !== null && (getComputedStyle(element).textOverflow === "ellipsis" || shortened(element.parentElement));
    const tooWide = shown.filter((element) => !shortened(element) && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1);
    const outside = shown.filter((element) => !shortened(element)).filter((element) => {
      const box = element.getBoundingClientRect();
      return box.left < -1 || box.right > innerWidth + 1;
    });
    return [...new Set([...tooWide, ...outside])].map(name);
  });
}

/** Words that look like the key of a message, or that say a value is missing. */
async function bareKeys(page: Page): Promise<string[]> {
  const words = await page.evaluate(() => {
    const attributes = [...document.querySelectorAll("[aria-label], [title]")].flatMap((element) => [
      element.getAttribute("aria-label") ?? "",
      element.getAttribute("title") ?? "",
    ]);
    return [document.body.innerText, ...attributes].join("\n");
  });
  return words.match(/\b[a-z]+-[a-z]+-[a-z-]+\b|undefined|NaN|\bnull\b|\{ ?\$|Invalid Date/g) ?? [];
}
