// A conversation by the keyboard alone: writing, answering, forwarding, and a log that stands still while it is read.
// With SHOTS=folder it keeps pictures.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { history } from "../gallery/fixtures/chat_messages";
import { violations } from "./axe";
import { launch } from "./browser";
import { Writer } from "./chat_hands";
import { focused } from "./hands";

let browser: Browser;
let writer: Writer;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(() => writer.page.context().close());

async function at(scene: string, locale = "en"): Promise<Writer> {
  writer = await Writer.at(browser, scene, locale);
  await writer.painted();
  return writer;
}

describe("writing", () => {
  test("Enter sends, Shift and Enter begin a line, and the newest is in sight", async () => {
    const hands = await at("chat-talk");
    await hands.page.getByTestId("chat-field").focus();
    await hands.page.keyboard.type("First");
    await hands.press("Shift+Enter");
    await hands.page.keyboard.type("second ");
    await hands.press("Enter");
    expect(await hands.step()).toEqual({ kind: "send", text: "First\nsecond" });
    expect(await hands.page.getByTestId("chat-field").inputValue()).toBe("");
    expect(await focused(hands.page)).toBe("chat-field");
    await hands.painted();
    expect((await hands.place("mine-9")).toEnd).toBeLessThan(2);
  });

  test("nothing is sent while an input method composes, nor when there is nothing", async () => {
    const hands = await at("chat-talk");
    const field = hands.page.getByTestId("chat-field");
    await field.fill("に");
    await field.dispatchEvent("keydown", { key: "Enter", isComposing: true });
    await field.dispatchEvent("keydown", { key: "Enter", keyCode: 229 });
    expect(await hands.step()).toBeNull();
    await field.fill("  \n ");
    await hands.press("Enter");
    expect(await hands.step()).toBeNull();
    expect(await hands.page.getByTestId("chat-send").getAttribute("aria-disabled")).toBe("true");
  });

  test("what is typed is told after a pause, and at once when the pane closes", async () => {
    const hands = await at("chat-talk");
    await hands.page.getByTestId("chat-field").pressSequentially("Tomorr");
    expect(await hands.told("draft")).toBeNull();
    await hands.soonTold("draft", { kind: "draft", text: "Tomorr" });
    await hands.page.getByTestId("chat-field").pressSequentially("ow");
    await hands.page.getByTestId("chat-close").click();
    await hands.soonTold("draft", { kind: "draft", text: "Tomorrow" });
  });

  test("a draft is there again, and too long a text is not sent", async () => {
    const hands = await at("chat-states");
    const field = hands.page.getByTestId("chat-field");
    expect(await field.inputValue()).toBe("I have looked at the diary, and");
    await field.fill("🫀".repeat(20_003));
    await hands.page.getByRole("alert").filter({ hasText: "characters too many" }).waitFor();
    await hands.press("Enter");
    expect(await hands.step()).toBeNull();
  });

  test("a voice message is recorded, and thrown away or sent", async () => {
    const hands = await at("chat-talk");
    await hands.tabTo("chat-record");
    await hands.press("Enter");
    await hands.soonFocused("record-send");
    await hands.press("Enter");
    expect(await hands.step()).toEqual({ kind: "end_recording", send: true });
    await hands.page.getByTestId("chat-record").click();
    await hands.page.getByTestId("record-cancel").click();
    expect(await hands.step()).toEqual({ kind: "end_recording", send: false });
  });
});

describe("about a message", () => {
  test("the arrows go from one to the other, and its menu answers it", async () => {
    const hands = await at("chat-talk");
    await hands.tabTo("chat-log");
    await hands.press("ArrowUp");
    expect(await hands.page.locator(":focus").getAttribute("data-key")).toBe("9");
    await hands.press("ArrowUp");
    expect(await hands.page.locator(":focus").getAttribute("data-key")).toBe("8");
    await hands.press("Tab");
    expect(await focused(hands.page)).toBe("chat-more");
    await hands.press("Enter");
    await hands.soonFocused("menu-reply");
    expect(await violations(hands.page)).toEqual([]);
    await hands.shoot("chat-menu.en.900");
    await hands.press("Enter");
    expect(await hands.step()).toEqual({ kind: "reply", key: "8" });
    await hands.soonFocused("chat-field");
    await hands.press("Escape");
    expect(await hands.step()).toEqual({ kind: "reply", key: null });
    await hands.page.getByTestId("chat-replying").waitFor({ state: "detached" });
  });

  test("Tab goes past the messages in a few steps", async () => {
    const hands = await at("chat-history");
    await hands.tabTo("chat-log");
    for (let presses = 0; presses < 4 && (await focused(hands.page)) !== "chat-attach"; presses++) await hands.press("Tab");
    expect(await focused(hands.page)).toBe("chat-attach");
  });

  test.each(["en", "ru", "he"])("forwarding asks where to, and does nothing by a slip (%s)", async (locale) => {
    const hands = await at("chat-talk", locale);
    await hands.page.locator("[data-key='8']").hover();
    await hands.page.locator("[data-key='8']").getByTestId("chat-more").click();
    await hands.page.getByTestId("menu-forward").click();
    await hands.page.getByTestId("forward-dialog").waitFor();
    await hands.page.getByTestId("chat-submit").click({ force: true });
    expect(await hands.step()).toBeNull();
    expect(await violations(hands.page)).toEqual([]);
    await hands.shoot(`chat-forward.${locale}.900`);
    await hands.page.getByTestId("chat-choice").nth(1).check();
    await hands.page.getByTestId("chat-submit").click();
    expect(await hands.step()).toEqual({ kind: "forward", key: "8", to: "c1" });
    await hands.page.getByTestId("forward-dialog").waitFor({ state: "detached" });
  });

  test("what was refused is tried again or thrown away", async () => {
    const hands = await at("chat-states");
    await hands.page.getByTestId("chat-resend").click();
    expect(await hands.step()).toEqual({ kind: "resend", key: "x" });
    await hands.page.getByTestId("chat-failed").waitFor({ state: "detached" });
    await hands.page.locator("[data-key=f1]").getByTestId("chat-stop").click();
    expect(await hands.step()).toEqual({ kind: "discard", key: "f1" });
  });

  test("a quote leads to what it answers", async () => {
    const hands = await at("chat-talk");
    await hands.page.locator("[data-key='3']").getByTestId("chat-quote").click();
    await hands.page.locator("[data-key='2'].flash").waitFor();
    const { top, height } = await hands.place("2");
    expect(top >= 0 && top < height).toBe(true);
  });

  test("a picture is shown large, and Escape closes it", async () => {
    const hands = await at("chat-talk");
    await hands.page.getByTestId("chat-picture").focus();
    await hands.press("Enter");
    expect(await hands.step()).toEqual({ kind: "enlarge", key: "7" });
    await hands.soonFocused("large-close");
    await hands.press("Escape");
    await hands.page.getByTestId("large-picture").waitFor({ state: "detached" });
    expect(await hands.step()).toEqual({ kind: "enlarge", key: null });
    expect(await focused(hands.page)).toBe("chat-picture");
  });

  test.each(["en", "ru", "he"])("a consultation is opened and closed with its words (%s)", async (locale) => {
    const hands = await at("chat-talk", locale);
    await hands.tabTo("chat-add");
    await hands.press("Enter");
    await hands.tabTo("add-topic");
    await hands.press("Enter");
    await hands.page.getByTestId("topic-words").fill("Dizziness");
    expect(await violations(hands.page)).toEqual([]);
    await hands.shoot(`chat-topic-open.${locale}.900`);
    await hands.press("Enter");
    expect(await hands.step()).toEqual({ kind: "open_topic", name: "Dizziness" });
    await hands.tabTo("topic-close");
    await hands.press("Enter");
    await hands.tabTo("chat-submit");
    await hands.press("Enter");
    expect(await hands.step()).toEqual({ kind: "close_topic", closing: null });
    await hands.page.getByTestId("topic").waitFor({ state: "detached" });
  });
});

describe("the log", () => {
  test("stays at its end while it is there, and says what comes", async () => {
    const hands = await at("chat-history");
    expect((await hands.place("h399")).toEnd).toBeLessThan(2);
    await hands.receive("new-1", "Anything else?\n".repeat(8));
    expect((await hands.place("new-1")).toEnd).toBeLessThan(2);
    expect(await hands.page.getByTestId("chat-news").innerText()).toContain("Ingrid Solheim: Anything else?");
    expect(await hands.page.getByTestId("chat-to-end").count()).toBe(0);
  });

  test("keeps its place while it is read, counts what comes, and leads back", async () => {
    const hands = await at("chat-history");
    await hands.page.getByTestId("chat-log").hover();
    await hands.page.mouse.wheel(0, -4_000);
    await hands.page.getByTestId("chat-to-end").waitFor();
    await hands.painted();
    const seen = await hands.page.evaluate(() => {
      const log = document.querySelector("[role=log]")!.getBoundingClientRect();
      return [...document.querySelectorAll<HTMLElement>("[data-key]")].find((line) => line.getBoundingClientRect().bottom > log.top + 60)!.dataset["key"]!;
    });
    const before = await hands.place(seen);
    await hands.receive("new-1", "One");
    await hands.receive("new-2", "Two");
    expect((await hands.place(seen)).top).toBeCloseTo(before.top, -0.5);
    expect((await hands.page.getByTestId("chat-to-end").innerText()).replaceAll(/[\u2066-\u2069]/g, "")).toContain("2 new messages");
    await hands.shoot("chat-below.en.900");
    await hands.page.getByTestId("chat-to-end").click();
    await vi.waitFor(async () => expect((await hands.place("new-2")).toEnd).toBeLessThan(2));
    expect(await hands.page.getByTestId("chat-to-end").count()).toBe(0);
  });

  test("keeps its place when earlier messages come", async () => {
    const hands = await at("chat-history");
    await hands.page.getByTestId("chat-log").hover();
    await hands.page.mouse.wheel(0, -1_000_000);
    await hands.soonTold("earlier", { kind: "earlier" });
    await hands.page.locator("[data-key=older-h99]").waitFor({ state: "attached" });
    await hands.painted();
    const { top, height } = await hands.place("h0");
    expect(top).toBeGreaterThan(-200);
    expect(top).toBeLessThan(height);
  });

  test("begins at what is new, and tells only what was in sight", async () => {
    const hands = await at("chat-new");
    const line = hands.page.locator("[data-unread]");
    expect(await line.isVisible()).toBe(true);
    await vi.waitFor(async () => expect(await hands.told("seen")).not.toBeNull(), { timeout: 3_000 });
    const first = await hands.told("seen");
    await hands.page.getByTestId("chat-log").focus();
    await hands.press("End");
    await hands.soonTold("seen", { kind: "seen", key: "9" });
    expect(first).toMatchObject({ kind: "seen" });
  });

  test("a page that is hidden has seen nothing", async () => {
    const hands = await at("chat-closed");
    await hands.page.evaluate(() => Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true }));
    await hands.page.getByTestId("chat-open").click();
    await hands.page.getByTestId("chat-row").first().click();
    await hands.page.getByTestId("chat-log").waitFor();
    await new Promise((done) => setTimeout(done, 900));
    expect(await hands.told("seen")).toBeNull();
    await hands.page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await hands.soonTold("seen", { kind: "seen", key: "9" });
  });

  test("markup is text, and each paragraph has its own direction", async () => {
    const hands = await at("chat-talk", "he");
    const dose = hands.page.locator("[data-key='6']").getByTestId("chat-text");
    expect(await dose.innerText()).toContain("<b>");
    expect(await dose.locator("b").count()).toBe(0);
    const mixed = hands.page.locator("[data-key='8']").getByTestId("chat-text").locator("p");
    expect(await mixed.evaluateAll((all) => all.map((each) => [each.getAttribute("dir"), getComputedStyle(each).unicodeBidi]))).toEqual([
      ["rtl", "isolate"],
      ["ltr", "isolate"],
    ]);
  });

  test("what comes a moment after the conversation is not new, and takes nothing away", async () => {
    const hands = await at("chat-opening");
    await hands.page.getByTestId("chat-field").pressSequentially("mine");
    await hands.arrive({ change: { messages: history("en", 60), earlier: "start", first_unread: "h50", draft: "kept" } });
    await hands.page.locator("[data-key=h50]").waitFor();
    await hands.painted();
    const { top, height } = await hands.place("h50");
    expect(top > 0 && top < height / 2).toBe(true);
    expect(await hands.page.getByTestId("chat-news").innerText()).toBe("");
    expect(await hands.page.getByTestId("chat-to-end").innerText()).toBe("");
    expect(await hands.page.getByTestId("chat-field").inputValue()).toBe("mine");
  });

  test("a kept draft comes back when nothing was typed", async () => {
    const hands = await at("chat-opening");
    await hands.arrive({ change: { draft: "kept" } });
    await vi.waitFor(async () => expect(await hands.page.getByTestId("chat-field").inputValue()).toBe("kept"));
    expect(await hands.told("draft")).toBeNull();
  });

  test("a view that says the same draws nothing anew", async () => {
    const hands = await at("chat-history");
    await hands.page.evaluate(() => {
      const log = document.querySelector<HTMLElement>("[data-lines]")!;
      new MutationObserver((found) => (log.dataset["changes"] = String(Number(log.dataset["changes"] ?? 0) + found.length))).observe(log, {
        subtree: true,
        childList: true,
        characterData: true,
      });
    });
    await hands.arrive({ change: { typing: ["Ingrid Solheim"] } });
    await hands.page.getByText("is typing").waitFor();
    await hands.painted();
    expect(await hands.page.locator("[data-lines]").getAttribute("data-changes")).toBeNull();
  });
});

test.each(["en", "he"])("an invitation by the keyboard alone: a title, and one press more (%s)", async (locale) => {
  const hands = await at("chat-invite", locale);
  await hands.tabTo("chat-invite");
  await hands.press("Enter");
  await hands.page.getByTestId("invite-dialog").waitFor();
  expect(await violations(hands.page)).toEqual([]);
  await hands.page.getByTestId("invite-words").fill(" ");
  await hands.press("Enter");
  expect(await hands.page.getByTestId("invite-dialog").count()).toBe(1);
  await hands.page.getByTestId("invite-words").fill("Please come in");
  await hands.press("Enter");
  expect(await hands.step()).toEqual({ kind: "invite", title: "Please come in" });
  await hands.page.getByTestId("invite-dialog").waitFor({ state: "detached" });
});

test("the card asks for a name, and one press goes in; one that is over cannot be pressed", async () => {
  const hands = await at("chat-invited");
  const [over, open] = [hands.page.locator("[data-key='o']"), hands.page.locator("[data-key='n']")];
  expect(await over.getByTestId("invitation-connect").count()).toBe(0);
  expect(await over.getByTestId("invitation-over").count()).toBe(1);
  const name = open.getByTestId("invitation-name");
  expect(await name.inputValue()).not.toBe("");
  for (const nothing of ["", "  "]) {
    await name.fill(nothing);
    await open.getByTestId("invitation-connect").click();
    expect(await hands.step()).toBeNull();
    expect(await open.getByRole("alert").count()).toBe(1);
  }
  expect(await violations(hands.page)).toEqual([]);
  await name.fill("Margaret");
  await name.press("Enter");
  expect(await hands.step()).toEqual({ kind: "enter", key: "n", name: "Margaret" });
});

test("a failed invitation goes again", async () => {
  const hands = await at("chat-invite-failed");
  await hands.page.getByTestId("invite-again").click();
  expect((await hands.step())?.kind).toBe("invite");
});

test("where invitations are not set up, the words say so, and it is given up by the keyboard", async () => {
  const again = await at("chat-invite-not-set-up");
  await again.tabTo("invite-drop");
  await again.press("Enter");
  expect(await again.step()).toEqual({ kind: "drop_invite" });
});
