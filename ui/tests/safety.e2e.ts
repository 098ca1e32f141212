// The safety words: found behind the shield, compared by hand, never by a slip of the finger.
import type { Browser, Page } from "playwright-core";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Locale } from "../src/lib/bindings/Locale";
import { violations } from "./axe";
import { launch, open } from "./browser";

const SHOTS = process.env["SHOTS"];
const SCENES = ["unverified", "verified", "changed", "changed-wordless", "unchecked", "unchecked-wordless"].map((name) => `safety-${name}`);
const LOCALES: Locale[] = ["en", "ru", "he"];

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function opened(scene: string, locale: Locale): Promise<Page> {
  const { page } = await open(browser, `${inject("gallery")}?scene=${scene}&locale=${locale}`);
  await page.getByTestId("safety").click();
  await page.getByTestId("safety-words").waitFor();
  return page;
}

const acted = (page: Page) => page.evaluate(() => document.documentElement.dataset["acted"]);
const words = (page: Page) => page.getByTestId("safety-words").getByRole("listitem").allInnerTexts();

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

describe.each(LOCALES)("in %s", (locale) => {
  test.each(SCENES)("%s can be read", async (scene) => {
    const page = await opened(scene, locale);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page)).toEqual([]);
    }
    expect(await words(page)).toHaveLength(scene.endsWith("wordless") ? 0 : 3);
    await shoot(page, `${scene}.${locale}.dialog`);
    await page.setViewportSize({ width: 420, height: 640 });
    const inside = await page.getByTestId("safety-words").evaluate((dialog) => dialog.scrollWidth <= dialog.clientWidth);
    expect(inside).toBe(true);
    await shoot(page, `${scene}.${locale}.dialog.420`);
    await page.context().close();
  });
});

test("the same numbers mean the same things in every language", async () => {
  const found: string[][] = [];
  for (const locale of LOCALES) {
    const page = await opened("safety-unverified", locale);
    found.push(await words(page));
    await page.context().close();
  }
  expect(new Set(found.flat()).size).toBe(9);
});

test("a verdict is sent with its words, the wrong one warns, and the right one ends the comparison", async () => {
  const page = await opened("safety-unverified", "en");
  await page.keyboard.press("Enter");
  expect(await page.getByTestId("safety-words").count()).toBe(0);
  expect(await acted(page)).toBeUndefined();

  await page.getByTestId("safety").click();
  await page.getByTestId("safety-differ").click();
  expect(JSON.parse((await acted(page)) ?? "")).toEqual({ kind: "set_verified", peer: "seat-1", words: [26, 228, 103], verified: false });
  expect(await page.getByRole("alert").innerText()).toContain("Leave the call");
  expect(await violations(page)).toEqual([]);
  await shoot(page, "safety-differ.en.dialog");

  await page.getByRole("button", { name: "Compare again" }).click();
  await page.getByTestId("safety-same").click();
  expect(JSON.parse((await acted(page)) ?? "")).toEqual({ kind: "set_verified", peer: "seat-1", words: [26, 228, 103], verified: true });
  await page.getByTestId("safety-words").waitFor({ state: "detached" });
  expect(await page.getByTestId("safety").getAttribute("data-trust")).toBe("verified");
  await page.context().close();
});
