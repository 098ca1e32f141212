// The code, the length of the visit, the web room and the help, by the keyboard. With SHOTS=folder it keeps pictures.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { violations } from "./axe";
import { launch, open } from "./browser";
import { acted, focused, tabTo } from "./hands";

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

/** What is seen only after a press is looked at too. */
async function look(name: string): Promise<void> {
  if (SHOTS !== undefined) {
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }
  expect(await violations(page)).toEqual([]);
}

describe("the one-time code", () => {
  test("is checked by itself once the usual number of digits is there", async () => {
    await at("otp");
    expect(await focused(page)).toBe("otp-code");
    await page.keyboard.type("12 34 5");
    expect(await acted(page)).toBeNull();
    await page.keyboard.type("6");
    expect(await acted(page)).toEqual({ kind: "verify_otp", code: "123456" });
    await look("otp-typed.en");
  });

  test("is pasted with spaces and words", async () => {
    await at("otp", "he");
    await page.keyboard.insertText(" הקוד: 123\u00a0456 ");
    expect(await acted(page)).toEqual({ kind: "verify_otp", code: "123456" });
    expect(await page.getByTestId("otp-code").inputValue()).toBe("123456");
  });

  test("that is not whole goes nowhere, whatever is pressed", async () => {
    await at("otp", "ru");
    await page.keyboard.type("123");
    await page.keyboard.press("Enter");
    await tabTo(page, "otp-submit");
    await page.keyboard.press("Enter");
    expect(await acted(page)).toBeNull();
  });

  test("is sent by one press, and again only after a wait that is shown", async () => {
    await at("otp-first");
    await tabTo(page, "otp-resend");
    await page.keyboard.press("Enter");
    expect(await acted(page)).toEqual({ kind: "send_otp" });
    await page.context().close();
    await at("otp");
    const words = page.getByTestId("otp-resend");
    await expect.poll(() => words.textContent()).toMatch(/2\d.* seconds/u);
    await words.press("Enter");
    expect(await acted(page)).toBeNull();
  });

  test("of another length waits for the hand", async () => {
    await at("otp");
    await page.keyboard.insertText("1234");
    expect(await acted(page)).toBeNull();
    await page.keyboard.press("Enter");
    expect(await acted(page)).toEqual({ kind: "verify_otp", code: "1234" });
    await page.context().close();
    await at("otp-wrong", "he");
    await page.keyboard.type("123456");
    expect(await acted(page)).toBeNull();
    await page.keyboard.insertText("١٢");
    await page.keyboard.press("Enter");
    expect(await acted(page)).toEqual({ kind: "verify_otp", code: "12345612" });
  });

  test("can be left", async () => {
    await at("otp-wrong");
    await tabTo(page, "otp-leave");
    await page.keyboard.press("Enter");
    expect(await acted(page)).toEqual({ kind: "go_home" });
  });
});

describe("the length of the visit", () => {
  test.each(["en", "ru", "he"])("the specialist extends it from a menu that closes by itself (%s)", async (locale) => {
    await at("started-specialist", locale);
    await tabTo(page, "extend");
    await page.keyboard.press("Enter");
    await tabTo(page, "extend-15");
    await look(`extend.${locale}.900`);
    await page.keyboard.press("Enter");
    expect(await acted(page)).toEqual({ kind: "extend", minutes: 15 });
    await page.getByTestId("extend-15").waitFor({ state: "hidden" });
    expect(await page.getByTestId("extend").getAttribute("aria-disabled")).toBe("true");
  });

  test("a client's question is answered where it is asked, and blocks nothing", async () => {
    await at("started-asked");
    await page.keyboard.press("KeyM");
    expect(await acted(page)).toEqual({ kind: "set_media", switch: "mic", on: false });
    await tabTo(page, "asked-extend-10");
    await page.keyboard.press("Enter");
    expect(await acted(page)).toEqual({ kind: "extend", minutes: 10 });
  });

  test("a client's question is put aside, and said once", async () => {
    await at("started-asked", "ru");
    expect(await page.getByText("просит ещё времени").count()).toBe(1);
    await tabTo(page, "dismiss-ask");
    await page.keyboard.press("Enter");
    expect(await acted(page)).toEqual({ kind: "dismiss_ask" });
    await page.getByTestId("more-time-asked").waitFor({ state: "detached" });
  });

  test("the client asks once, and is told that it is sent", async () => {
    await at("started-client");
    await tabTo(page, "ask-more-time");
    await page.keyboard.press("Enter");
    expect(await acted(page)).toEqual({ kind: "ask_more_time" });
    await page.getByRole("status").filter({ hasText: "is sent" }).waitFor({ state: "attached" });
    await page.evaluate(() => delete document.documentElement.dataset["acted"]);
    await page.keyboard.press("Enter");
    expect(await acted(page)).toBeNull();
  });

  test.each([
    ["started-client", "calm"],
    ["started-five", "five_minutes"],
    ["started-one", "one_minute"],
    ["started-overtime", "overtime"],
  ])("%s is %s, in a shape and words of its own", async (scene, phase) => {
    await at(scene);
    expect(await page.getByTestId("clock").getAttribute("data-phase")).toBe(phase);
  });

  test("a pause stands still", async () => {
    await at("started-hold");
    const clock = page.getByTestId("clock");
    const shown = await clock.textContent();
    await page.waitForTimeout(1_500);
    expect([await clock.textContent(), await clock.getAttribute("data-running")]).toEqual([shown, null]);
  });
});

test("a web room is opened again", async () => {
  await at("web-room-no-browser", "he");
  await tabTo(page, "open-web-room");
  await page.keyboard.press("Enter");
  expect(await acted(page)).toEqual({ kind: "open_web_room" });
  await page.locator("[data-testid=web-room][data-opened]").waitFor();
});

test("a web room that nobody knows is looked for again", async () => {
  await at("web-room-nowhere");
  await tabTo(page, "retry");
  await page.keyboard.press("Enter");
  expect(await acted(page)).toEqual({ kind: "retry" });
});

test.each([
  ["pending-specialist", "en"],
  ["join-specialist-ready", "ru"],
  ["cancelled-specialist", "he"],
  ["finish-specialist", "ru"],
])("the help of %s opens in its place", async (scene, locale) => {
  await at(scene, locale);
  await tabTo(page, "help-open");
  await page.keyboard.press("Enter");
  await page.locator("[data-testid=help][open] li").first().waitFor();
  expect(await page.getByTestId("help").locator("li").count()).toBeGreaterThan(1);
  await page.getByTestId("help").locator("li").last().scrollIntoViewIfNeeded();
  await look(`help.${scene}.${locale}`);
});

test.each(["en", "ru", "he"])("during the call the visit and its help are one press away (%s)", async (locale) => {
  await at("started-specialist", locale);
  await tabTo(page, "about");
  await page.keyboard.press("Enter");
  await tabTo(page, "help-open");
  await page.keyboard.press("Enter");
  await page.locator("[data-testid=help][open]").waitFor();
  await page.getByTestId("help").locator("li").last().scrollIntoViewIfNeeded();
  await look(`about.${locale}.900`);
  await page.keyboard.press("Escape");
  await page.getByTestId("help").waitFor({ state: "hidden" });
  expect(await focused(page)).toBe("about");
});

test.each([
  ["pending-client-in", "ru"],
  ["join-client-back", "en"],
  ["started-trouble", "he"],
])("a lost line is told on %s", async (scene, locale) => {
  await at(scene, locale);
  expect(await page.getByTestId("line-lost").isVisible()).toBe(true);
});
