// The waiting room, letting in and the check, by keyboard alone. With SHOTS=folder it keeps pictures.
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import { violations } from "./axe";
import { launch, open } from "./browser";
import { acted as actedOn, focused as focusedOn, tabTo as tabToOn } from "./hands";

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

const acted = () => actedOn(page);
const focused = () => focusedOn(page);
const tabTo = (testId: string) => tabToOn(page, testId);

test.each([
  ["lobby-knocking", "step-away", { kind: "step_away", on: true }],
  ["lobby-rung", "back", { kind: "step_away", on: false }],
  ["lobby-denied", "knock", { kind: "retry" }],
  ["lobby-next", "choice-mic", { kind: "set_media", switch: "mic", on: true }],
  ["lobby-next", "check-open", { kind: "check", step: { kind: "open" } }],
  ["lobby-check", "check-close", { kind: "check", step: { kind: "close" } }],
  ["lobby-check", "play-sound", { kind: "check", step: { kind: "play_sound" } }],
  ["check-trouble", "heard-no", { kind: "check", step: { kind: "heard", yes: false } }],
  ["check-trouble", "check-again", { kind: "check", step: { kind: "again" } }],
  ["knocks-home", "admit", { kind: "knock", step: { kind: "admit", id: "seat-9" } }],
  ["knocks-call", "ring", { kind: "knock", step: { kind: "ring", id: "seat-10" } }],
])("%s: %s is one press", async (scene, button, action) => {
  await at(scene, "he");
  await tabTo(button);
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual(action);
});

// Inside, at home, and in the call of another visit.
const everywhere = ["knocks-call", "knocks-home", "knocks-beyond"];

test.each(everywhere)("%s: declining asks for a reason, which may be missing, and can be taken back", async (scene) => {
  await at(scene);
  await tabTo("deny");
  await page.keyboard.press("Enter");
  expect(await focused()).toBe("knock-words");
  await tabTo("knock-back");
  await page.keyboard.press("Enter");
  expect([await acted(), await page.getByTestId("knock-words").count()]).toEqual([null, 0]);
  await page.getByTestId("deny").first().focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("  Please come at four ");
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "knock", step: { kind: "deny", id: "seat-9", reason: "Please come at four" } });
});

test.each(everywhere)("%s: a message that says nothing is not sent", async (scene) => {
  await at(scene);
  await tabTo("note");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  expect(await acted()).toBeNull();
  await page.keyboard.type("Five minutes");
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "knock", step: { kind: "note", id: "seat-9", text: "Five minutes" } });
});

test("one call is put on hold for another, and the button says so", async () => {
  await at("knocks-beyond");
  await tabTo("admit");
  expect(await page.getByTestId("admit").first().textContent()).toContain("Hold and let in");
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "knock", step: { kind: "admit", id: "seat-9" } });
});

test("what somebody writes is text and no markup", async () => {
  await at("lobby-denied", "ru");
  const words = page.getByTestId("lobby-reason").locator("p").last();
  expect(await words.getAttribute("dir")).toBe("auto");
  expect(await words.locator("*").count()).toBe(0);
});

test.each(["en", "ru", "he"])("nothing bars the way to what is asked and written about somebody who knocks (%s)", async (locale) => {
  for (const [scene, button] of [
    ["knocks-call", "deny"],
    ["knocks-call", "note"],
    ["knocks-many", "knocks-more"],
  ] as const) {
    await at(scene, locale);
    await page.getByTestId(button).first().focus();
    await page.keyboard.press("Enter");
    await page.locator("[data-testid=knock-words], [data-testid=dialog], [aria-expanded=true]").first().waitFor();
    for (const size of [{ width: 900, height: 640 }, { width: 360, height: 740 }, { width: 640, height: 400 }]) {
      await page.setViewportSize(size);
      expect(await violations(page), `${scene} ${button} ${size.width}`).toEqual([]);
      if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `${scene}-${button}.${locale}.${size.width}.png`) });
    }
    if (scene !== "knocks-many") await page.context().close();
  }
});

test("two who knock leave two thirds of a small window to the call, and the others are a press away", async () => {
  await at("knocks-many", "ru");
  expect(await page.getByTestId("knock").count()).toBe(2);
  const part = await page.getByTestId("knocks").evaluate((section) => section.getBoundingClientRect().height / innerHeight);
  expect(part).toBeLessThan(1 / 3);
  await tabTo("knocks-more");
  await page.keyboard.press("Enter");
  expect(await page.getByTestId("knock").count()).toBe(5);
});
