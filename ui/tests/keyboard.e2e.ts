// The keyboard alone does everything, and what ends something asks first. With SHOTS=folder it keeps pictures.
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
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

test("signing in", async () => {
  await at("sign-in");
  await tabTo("login");
  await page.keyboard.type("holloway");
  await tabTo("password");
  await page.keyboard.type("not a real one");
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "sign_in", server: "clinic.example", user_id: "holloway", password: "not a real one" });
});

test("opening a link, and landing on the heading of the next screen", async () => {
  await at("sign-in", "he");
  await tabTo("link");
  await page.keyboard.insertText("  https://clinic.example/j/abc  ");
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "open_link", link: "https://clinic.example/j/abc" });
  await page.locator("main[data-screen=opening]").waitFor();
  expect(await focused()).toBe("H1");
});

test("opening a visit of the day", async () => {
  await at("home", "ru");
  await page.locator("[data-visit-id=v3]").focus();
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "open_visit", id: "v3" });
});

test("the language turns the whole window round", async () => {
  await at("join-client");
  await tabTo("lang-he");
  await page.keyboard.press("Space");
  await page.locator("html[dir=rtl][lang=he]").waitFor();
});

test("joining takes one press; while it is under way nothing can be pressed twice", async () => {
  await at("join-client");
  await tabTo("action-join");
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "visit", action: "join" });
  await page.evaluate(() => delete document.documentElement.dataset["acted"]);
  await page.keyboard.press("Enter");
  await page.getByTestId("action-cancel").click({ force: true });
  expect(await acted()).toBeNull();
  expect(await page.getByTestId("dialog").count()).toBe(0);
});

test.each(["en", "ru", "he"])("finishing asks first, and the safe answer has the focus (%s)", async (locale) => {
  await at("started-specialist", locale);
  await tabTo("action-finish");
  await page.keyboard.press("Enter");
  expect(await focused()).toBe("stay");
  if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `dialog.${locale}.900.png`) });
  await page.keyboard.press("Escape");
  await page.getByTestId("dialog").waitFor({ state: "detached" });
  expect([await acted(), await focused()]).toEqual([null, "action-finish"]);
  await page.keyboard.press("Enter");
  await tabTo("confirm");
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "visit", action: "finish" });
});

test("M and V move the switches, Space moves the one that has the focus, once", async () => {
  await at("started-client", "ru");
  const mic = page.getByTestId("switch-mic");
  await page.keyboard.press("KeyM");
  expect(await mic.getAttribute("aria-checked")).toBe("false");
  await page.keyboard.press("KeyV");
  expect(await acted()).toEqual({ kind: "set_media", switch: "camera", on: false });
  await tabTo("switch-mic");
  await page.keyboard.press("Space");
  expect(await mic.getAttribute("aria-checked")).toBe("true");
});

test.each(["en", "he"])("devices are chosen in a panel that closes by itself, and letters typed there stay there (%s)", async (locale) => {
  await at("started-client", locale);
  await tabTo("devices");
  await page.keyboard.press("Enter");
  await tabTo("device-microphone");
  await page.keyboard.press("KeyV");
  expect(await acted()).toBeNull();
  if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `devices.${locale}.900.png`) });
  await page.getByTestId("device-microphone").selectOption("test-tone");
  expect(await acted()).toEqual({ kind: "choose_device", device: "microphone", id: "test-tone" });
  await page.keyboard.press("Escape");
  await page.getByTestId("device-microphone").waitFor({ state: "hidden" });
  expect(await focused()).toBe("devices");
});

test("the processing of the sound is switched by hand, and waits while the sound is sent as it is", async () => {
  await at("started-client");
  await tabTo("devices");
  await page.keyboard.press("Enter");
  const echo = page.getByTestId("processing-echo_cancellation");
  await tabTo("processing-echo_cancellation");
  await page.keyboard.press("Space");
  expect(await acted()).toEqual({ kind: "set_processing", part: "echo_cancellation", on: false });
  expect(await echo.isChecked()).toBe(false);
  await tabTo("processing-clinical");
  await page.keyboard.press("Space");
  expect(await acted()).toEqual({ kind: "set_processing", part: "clinical", on: true });
  expect(await echo.isDisabled()).toBe(true);
  await page.keyboard.press("Space");
  expect([await echo.isDisabled(), await echo.isChecked()]).toEqual([false, false]);
});

test("the window says once that it is painted and seen", async () => {
  await at("home");
  await page.locator("html[data-painted][data-visible]").waitFor({ state: "attached" });
});
