// The chat by the keyboard alone: the list, the people, beside a call. With SHOTS=folder it keeps pictures.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { violations } from "./axe";
import { launch } from "./browser";
import { Writer } from "./chat_hands";
import { acted, focused } from "./hands";

let browser: Browser;
let writer: Writer;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(() => writer.page.context().close());

async function at(scene: string, locale = "en"): Promise<Writer> {
  writer = await Writer.at(browser, scene, locale);
  return writer;
}

test.each(["en", "he"])("from the day into a conversation and out again, with the focus where it belongs (%s)", async (locale) => {
  const hands = await at("chat-closed", locale);
  await hands.tabTo("chat-open");
  await hands.press("Enter");
  await hands.page.locator("[data-pane=inbox]").waitFor();
  await hands.tabTo("chat-row");
  await hands.press("Enter");
  expect(await hands.step()).toEqual({ kind: "open_conversation", id: "team" });
  await hands.soonFocused("chat-field");
  await hands.tabTo("chat-back");
  await hands.press("Enter");
  await hands.page.locator("[data-pane=inbox]").waitFor();
  await hands.tabTo("chat-close");
  await hands.press("Enter");
  await hands.page.getByTestId("chat-pane").waitFor({ state: "detached" });
  await hands.soonFocused("chat-open");
});

test("a pane that is there from the start takes no focus", async () => {
  const hands = await at("chat-talk");
  await hands.painted();
  expect(await focused(hands.page)).toBe("BODY");
});

test("a search waits for a pause, shows what it found, and leads to the message", async () => {
  const hands = await at("chat-inbox");
  await hands.page.getByTestId("chat-search").focus();
  await hands.page.keyboard.type("diary");
  await hands.page.getByTestId("chat-found").waitFor();
  expect(await hands.step()).toEqual({ kind: "search", text: "diary" });
  expect(await hands.page.locator("mark").allInnerTexts()).toEqual(["diary"]);
  await hands.tabTo("chat-found");
  await hands.press("Enter");
  expect(await hands.step()).toEqual({ kind: "open_found", id: "patient", key: "2" });
  await hands.page.locator("[data-key='2'].flash").waitFor();
  const { top, height } = await hands.place("2");
  expect(top >= 0 && top < height).toBe(true);
});

test("the list is filtered, and a conversation pinned", async () => {
  const hands = await at("chat-inbox", "ru");
  await hands.tabTo("filter-colleagues");
  await hands.press("Space");
  expect(await hands.step()).toEqual({ kind: "filter", filter: "colleagues" });
  await hands.page.locator("[data-conversation=c1]").focus();
  await hands.press("Tab");
  await hands.press("Space");
  expect(await hands.step()).toEqual({ kind: "pin", id: "c1", on: true });
  expect(await hands.page.locator(":focus").getAttribute("aria-pressed")).toBe("true");
});

test.each(["en", "ru", "he"])("one person is written to, several become a group with a name (%s)", async (locale) => {
  const hands = await at("chat-inbox-empty", locale);
  await hands.tabTo("chat-begin-first");
  await hands.press("Enter");
  const people = hands.page.getByTestId("person");
  await people.nth(0).focus();
  await hands.press("Space");
  expect(await hands.page.getByTestId("group-name").count()).toBe(0);
  await people.nth(3).focus();
  await hands.press("Space");
  await hands.tabTo("group-name");
  await hands.page.keyboard.type(" Care team ");
  expect(await violations(hands.page)).toEqual([]);
  await hands.shoot(`chat-people-chosen.${locale}.900`);
  await hands.press("Enter");
  expect(await hands.step()).toEqual({ kind: "begin", people: ["u0", "u3"], name: "Care team" });
  await hands.soonFocused("chat-field");
});

test("notifications tell what was written only when they are allowed to", async () => {
  const hands = await at("chat-inbox");
  await hands.page.getByTestId("chat-settings").click();
  await hands.page.getByTestId("chat-preview").check();
  expect(await hands.step()).toEqual({ kind: "set_preview", on: true });
});

test("in a narrow window the visits and the messages are two places", async () => {
  const hands = await at("chat-closed");
  await hands.page.setViewportSize({ width: 420, height: 560 });
  await hands.page.getByTestId("place-visits").waitFor();
  await hands.page.getByTestId("chat-open").click();
  await hands.page.locator("[data-pane=inbox]").waitFor();
  expect(await hands.page.getByTestId("visit-row").first().isVisible()).toBe(false);
  expect(await violations(hands.page)).toEqual([]);
  await hands.page.getByTestId("place-visits").click();
  expect(await hands.step()).toEqual({ kind: "close" });
  expect(await hands.page.getByTestId("visit-row").first().isVisible()).toBe(true);
});

test.each(["en", "ru", "he"])("beside a call nothing of it is lost (%s)", async (locale) => {
  const hands = await at("chat-call-closed", locale);
  const { page } = hands;
  await hands.tabTo("chat-open");
  await hands.press("Enter");
  expect(await hands.step()).toEqual({ kind: "open_visit" });
  await hands.soonFocused("chat-field");
  await page.keyboard.type("mvm");
  expect(await page.getByTestId("chat-field").inputValue()).toBe("mvm");
  expect(await hands.step(), "the keys of the call are letters here").toEqual({ kind: "open_visit" });

  const tile = await page.getByTestId("tile").first().boundingBox();
  const pane = await page.getByTestId("chat-pane").boundingBox();
  expect(locale === "he" ? tile!.x >= pane!.x + pane!.width : tile!.x + tile!.width <= pane!.x).toBe(true);

  await page.setViewportSize({ width: 420, height: 720 });
  await page.locator(".room[inert]").waitFor({ state: "attached" });
  for (const control of ["switch-mic", "switch-camera", "action-leave", "chat-open"]) {
    const box = await page.getByTestId(control).boundingBox();
    expect(box !== null && box.y >= 0 && box.y + box.height <= 720, control).toBe(true);
  }
  expect(await violations(page)).toEqual([]);
  await hands.shoot(`chat-call-over.${locale}.420`);
  await page.getByTestId("switch-mic").click();
  expect(await acted(page)).toEqual({ kind: "set_media", switch: "mic", on: false });
  expect(await page.getByTestId("chat-field").inputValue()).toBe("mvm");
});

const WIDTHS = [360, 420, 600, 831, 832, 900];

test.each(["en", "ru", "he"])("in a window of any width the way into the visit stays within reach beside the messages (%s)", async (locale) => {
  const hands = await at("chat-waiting-room", locale);
  for (const width of WIDTHS) {
    await hands.page.setViewportSize({ width, height: 640 });
    await hands.painted();
    const join = hands.page.locator("[data-testid=action-join]:visible");
    expect(await join.count(), `at ${width}`).toBe(1);
    const box = await join.boundingBox();
    if (box === null) throw new Error("it is visible");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const hit = await hands.page.evaluate(([x, y]) => document.elementFromPoint(x ?? 0, y ?? 0)?.closest("button")?.dataset["testid"], [x, y]);
    expect(hit, `at ${width}`).toBe("action-join");
    expect(await hands.page.getByTestId("chat-field").isVisible()).toBe(true);
  }
  await hands.page.setViewportSize({ width: 360, height: 640 });
  await hands.painted();
  await hands.page.locator("[data-testid=action-join]:visible").click();
  expect(await acted(hands.page)).toEqual({ kind: "visit", action: "join" });
});

test("in a conversation that is over nothing can be sent, and what was typed can be deleted", async () => {
  const hands = await at("chat-gone-draft");
  const field = hands.page.getByTestId("chat-field");
  const why = await field.getAttribute("aria-describedby");
  expect(await hands.page.locator(`[id="${why}"]`).innerText()).toContain("no longer part of this conversation");
  expect(await hands.page.getByTestId("chat-attach").count()).toBe(0);
  await field.press("Enter");
  expect(await acted(hands.page)).not.toMatchObject({ step: { kind: "send" } });
  await field.fill("");
  await hands.painted();
  expect(await field.isDisabled()).toBe(true);
});
