// How well the call goes: said in words, read out, and shown in figures by the keyboard alone. With SHOTS=folder it keeps
// pictures.
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import { violations } from "./axe";
import { launch, open } from "./browser";
import { acted as actedOn, tabTo as tabToOn } from "./hands";

const SHOTS = process.env["SHOTS"];

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(() => page.context().close());

async function at(scene: string, locale = "en"): Promise<void> {
  ({ page } = await open(browser, `${inject("gallery")}?scene=${scene}&locale=${locale}`));
}

async function shoot(name: string): Promise<void> {
  if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

test.each(["en", "ru", "he"])("the figures open from the bars and close with Escape, in %s", async (locale) => {
  await at("quality-details", locale);
  await tabToOn(page, "quality-badge");
  await page.keyboard.press("Enter");
  const panel = page.locator("[data-testid=details]");
  await panel.locator("[data-peer=seat-1] table").waitFor();
  await expect.poll(() => actedOn(page)).toEqual({ kind: "show_details", on: true });
  expect(await panel.locator("[data-peer]").count()).toBe(2);
  expect(await violations(page)).toEqual([]);
  await shoot(`quality-details-open.${locale}`);
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "hidden" });
  await expect.poll(() => actedOn(page)).toEqual({ kind: "show_details", on: false });
});

test("a bad line offers to spare the picture, and that is the user's own hand", async () => {
  await at("quality-poor");
  await tabToOn(page, "sound-only");
  await page.keyboard.press("Enter");
  expect(await actedOn(page)).toEqual({ kind: "set_media", switch: "camera", on: false });
  await page.locator("[data-testid=sound-only]").waitFor({ state: "detached" });
});

test("what the other one sees is read out, and so is the telephone number", async () => {
  await at("quality-phone-specialist", "he");
  const hints = page.locator("[aria-live=polite]", { has: page.locator("[data-testid=phone]") });
  expect(await hints.locator("[data-testid=reduced]").getAttribute("data-gets")).toBe("audio_only");
  const number = hints.locator("[data-testid=phone]");
  expect([await number.getAttribute("dir"), await number.textContent()]).toEqual(["ltr", "+1 (555) 010-0100"]);
});

test.each(["en", "ru", "he"])("how the call went is told after the visit, in %s", async (locale) => {
  await at("finish-record", locale);
  await page.locator("[data-testid=call-record] summary").focus();
  await page.keyboard.press("Enter");
  await page.locator("[data-testid=call-record] table").nth(1).waitFor();
  expect(await violations(page)).toEqual([]);
  if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `finish-record-open.${locale}.png`), fullPage: true });
});
