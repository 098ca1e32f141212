// Calling somebody now, by keyboard alone: whom, what rings, the call that is placed, one more person into a visit.
// With SHOTS=folder it keeps pictures.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import type { CallStep } from "../src/lib/bindings/CallStep";
import type { RingRow } from "../src/lib/bindings/RingRow";
import { violations } from "./axe";
import { launch, open } from "./browser";
import { acted as actedOn, focused as focusedOn, tabTo as tabToOn } from "./hands";

const SHOTS = process.env["SHOTS"];
const LANGUAGES = ["en", "ru", "he"];

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
const step = (given: CallStep) => ({ kind: "call", step: given });
const forget = () => page.evaluate(() => delete document.documentElement.dataset["acted"]);

const RING: RingRow = {
  id: "r7",
  name: "Desmond Okonjo",
  title: null,
  others: 0,
  into_visit: false,
  left_ms: 30_000,
  holds: false,
  busy: false,
  problem: null,
};

/** Somebody begins to call, or stops. */
const ringing = (...rings: RingRow[]) =>
  page.evaluate((detail) => void window.dispatchEvent(new CustomEvent("ring", { detail })), rings);

async function shoot(name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

describe.each(LANGUAGES)("in %s", (locale) => {
  test.each<[string, string, CallStep]>([
    ["calls-closed", "calls-open", { kind: "open", log: true }],
    ["calls-quiet", "calls-open", { kind: "open", log: false }],
    ["calls-people", "calls-close", { kind: "close" }],
    ["calls-people", "calls-log", { kind: "open", log: true }],
    ["calls-people", "call", { kind: "call", contacts: [], teams: ["t0"], title: null }],
    ["calls-found", "call", { kind: "call", contacts: ["d1"], teams: [], title: null }],
    ["calls-people", "undisturbed", { kind: "set_do_not_disturb", on: true }],
    ["calls-undisturbed", "undisturbed", { kind: "set_do_not_disturb", on: false }],
    ["calls-log", "rejoin", { kind: "rejoin", id: "c1" }],
    ["calls-log", "call-back", { kind: "call_back", id: "c2" }],
    ["ring-home", "accept", { kind: "accept", id: "r1" }],
    ["ring-home", "decline", { kind: "decline", id: "r1", busy: false }],
    ["ring-call", "busy", { kind: "decline", id: "r1", busy: true }],
    ["held-call", "held-back", { kind: "back" }],
    ["held-home", "held-back", { kind: "back" }],
    ["outgoing-one", "call-cancel", { kind: "hang_up", for_all: false }],
    ["outgoing-nobody", "call-again", { kind: "call_again" }],
    ["outgoing-ended", "call-again", { kind: "call_again" }],
    ["outgoing-nobody", "call-cancel", { kind: "hang_up", for_all: false }],
    ["outgoing-some", "call-stop", { kind: "cancel" }],
    ["talk-one", "hang-up", { kind: "hang_up", for_all: false }],
    ["talk-alone", "call-again", { kind: "call_again" }],
    ["talk-alone", "hang-up", { kind: "hang_up", for_all: false }],
    ["talk-over", "call-again", { kind: "call_again" }],
  ])("%s: %s is one press", async (scene, button, given) => {
    await at(scene, locale);
    await tabTo(button);
    await page.keyboard.press("Enter");
    expect(await acted()).toEqual(step(given));
  });

  test("several are ticked and called together, with what it is about", async () => {
    await at("calls-people", locale);
    await tabTo("pick");
    await page.keyboard.press("Space");
    await page.getByTestId("pick").nth(3).focus();
    await page.keyboard.press("Space");
    await tabTo("call-title");
    await page.keyboard.insertText("  Ward round ");
    expect(await violations(page)).toEqual([]);
    await shoot(`calls-chosen.${locale}.900`);
    await page.keyboard.press("Enter");
    expect(await acted()).toEqual(step({ kind: "call", contacts: ["d1"], teams: ["t0"], title: "Ward round" }));
    await forget();
    await page.keyboard.press("Enter");
    expect(await acted()).toBeNull();
  });

  test("a guest's link is made, copied, and replaced by another", async () => {
    await at("invite-panel", locale);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await tabTo("about");
    await page.keyboard.press("Enter");
    await tabTo("invite-open");
    await shoot(`invite-open.${locale}.900`);
    await page.keyboard.press("Enter");
    await page.getByTestId("invite").waitFor();
    expect(await focused()).toBe("invite-search");
    await page.getByTestId("way-link").focus();
    await page.keyboard.press("Enter");
    await forget();
    await tabTo("make-link");
    await page.keyboard.press("Enter");
    expect(await acted()).toBeNull();
    await page.getByTestId("guest-name").focus();
    await page.keyboard.insertText(" Ingrid Solheim ");
    await tabTo("role-interpreter");
    await page.keyboard.press("Space");
    const role = await page.getByTestId("guest-role").inputValue();
    expect(role).not.toBe("");
    expect(await violations(page)).toEqual([]);
    await shoot(`invite-form.${locale}.900`);
    await tabTo("make-link");
    await page.keyboard.press("Enter");
    expect(await acted()).toEqual(step({ kind: "make_link", name: "Ingrid Solheim", role }));
    await tabTo("copy-link");
    await page.keyboard.press("Enter");
    await page.getByTestId("copied").locator("svg").waitFor();
    await shoot(`invite-copied.${locale}.900`);
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await page.getByTestId("guest-link").inputValue());
    await tabTo("another-link");
    await page.keyboard.press("Enter");
    expect(await acted()).toEqual(step({ kind: "drop_link" }));
    await page.getByTestId("guest-name").waitFor();
  });
});

test("a call counts up, and has neither a planned length nor more than one red button", async () => {
  await at("talk-one");
  expect(await page.getByTestId("talk-clock").textContent()).toContain("12:3");
  expect(await page.getByTestId("clock").count()).toBe(0);
  expect(await page.locator(".control.end").count()).toBe(1);
  await page.context().close();
  await at("outgoing-nobody");
  expect(await page.locator(".control.end, .danger").count()).toBe(1);
  for (const gone of ["action-finish", "action-leave", "action-pause", "extend"]) expect(await page.getByTestId(gone).count(), gone).toBe(0);
});

test.each(LANGUAGES)("whoever has called several chooses whether the others go on (%s)", async (locale) => {
  await at("talk-more", locale);
  await tabTo("hang-up");
  await page.keyboard.press("Enter");
  await page.getByTestId("dialog").waitFor();
  expect(await focused()).toBe("stay");
  expect(await violations(page)).toEqual([]);
  await shoot(`talk-ask.${locale}.900`);
  await page.keyboard.press("Escape");
  await page.getByTestId("dialog").waitFor({ state: "detached" });
  expect(await acted()).toBeNull();
  await page.getByTestId("hang-up").click();
  await page.getByTestId("talk-leave").click();
  expect(await acted()).toEqual(step({ kind: "hang_up", for_all: false }));
  await page.getByTestId("hang-up").click();
  await page.getByTestId("talk-end-all").click();
  expect(await acted()).toEqual(step({ kind: "hang_up", for_all: true }));
});

test.each(["talk-over", "talk-left", "outgoing-ended"])("%s: the way home is one press", async (scene) => {
  await at(scene);
  await tabTo("call-home");
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual({ kind: "go_home" });
  expect(await page.getByRole("main").textContent()).not.toMatch(/visit is over|Time together/);
});

test("what closing the window does is said and changed where the calls are", async () => {
  await at("calls-people");
  await tabTo("ring-device");
  await page.keyboard.press("Enter");
  await tabTo("in-tray");
  await page.keyboard.press("Space");
  expect(await acted()).toEqual(step({ kind: "set_in_tray", on: false }));
  expect(await violations(page)).toEqual([]);
});

test("colleagues are asked into a visit, nobody is not", async () => {
  await at("invite-people");
  await tabTo("ask-in");
  await page.keyboard.press("Enter");
  expect(await acted()).toBeNull();
  await page.getByTestId("pick").nth(2).focus();
  await page.keyboard.press("Space");
  await tabTo("ask-in");
  await page.keyboard.press("Enter");
  expect(await acted()).toEqual(step({ kind: "ask_in", contacts: ["d0"], teams: [] }));
});

test("Escape asks nobody in", async () => {
  await at("invite-people");
  await page.keyboard.press("Escape");
  await page.getByTestId("invite").waitFor({ state: "detached" });
  expect([await acted(), await focused()]).toEqual([step({ kind: "close_invite" }), "about"]);
});

test("the keyboard follows what it opens, and comes back", async () => {
  await at("calls-closed");
  await tabTo("calls-open");
  await page.keyboard.press("Enter");
  await page.getByTestId("calls-pane").waitFor();
  expect(await focused()).toBe("H2");
  await tabTo("calls-close");
  await page.keyboard.press("Enter");
  await page.getByTestId("calls-pane").waitFor({ state: "detached" });
  expect(await focused()).toBe("calls-open");
});

test("what rings is chosen where the calls are, too", async () => {
  await at("calls-people", "ru");
  await tabTo("ring-device");
  await page.keyboard.press("Enter");
  await tabTo("device-ring");
  await page.getByTestId("device-ring").selectOption("speaker-1");
  expect(await acted()).toEqual({ kind: "choose_device", device: "ring", id: "speaker-1" });
  expect(await violations(page)).toEqual([]);
  await shoot("calls-ring-device.ru.900");
});

test("where somebody is, is said in a word and shown by a shape of its own", async () => {
  await at("calls-people", "ru");
  const signs = await page.locator("[data-availability]").evaluateAll((all) =>
    all.map((one) => [one.getAttribute("data-availability"), one.textContent?.trim(), one.querySelector("path")?.getAttribute("d")]),
  );
  const different = new Map(signs.map(([state, words, shape]) => [state, `${words} ${shape}`]));
  expect(different.size).toBe(4);
  expect(new Set(different.values()).size).toBe(4);
});

describe("what rings", () => {
  test("takes nothing from who is typing; the next Tab leads to it, and the answer leads back", async () => {
    await at("ring-typing");
    const field = page.locator("textarea");
    await field.focus();
    await page.keyboard.type("Take it ");
    await ringing(RING);
    await page.getByTestId("ring").waitFor();
    await page.keyboard.type("after meals ");
    await page.keyboard.press("Space");
    expect((await field.inputValue()).endsWith("Take it after meals  ")).toBe(true);
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("accept");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await acted()).toEqual(step({ kind: "decline", id: "r7", busy: false }));
    await page.getByTestId("ring").waitFor({ state: "detached" });
    expect(await focused()).toBe("chat-field");
  });

  test("is read out once, with the way to answer", async () => {
    await at("ring-typing");
    const alert = page.locator("[role=alert]").filter({ hasText: "Desmond Okonjo" });
    await ringing(RING);
    await alert.waitFor({ state: "attached" });
    expect(await alert.textContent()).toContain("Tab");
    expect(await page.getByRole("dialog", { name: /Desmond Okonjo/ }).count()).toBe(1);
  });

  test("can be answered over a dialog that blocks the page, and stays when that closes", async () => {
    await at("started-specialist");
    await page.getByTestId("action-finish").click();
    await page.getByTestId("dialog").waitFor();
    await ringing({ ...RING, holds: true });
    await page.getByTestId("accept").click({ trial: true });
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("accept");
    await page.getByTestId("stay").click();
    await page.getByTestId("dialog").waitFor({ state: "detached" });
    await page.getByTestId("accept").click();
    expect(await acted()).toEqual(step({ kind: "accept", id: "r7" }));
    await forget();
    await page.getByTestId("accept").click({ force: true });
    expect(await acted()).toBeNull();
  });

  test("stays above a dialog that opens meanwhile", async () => {
    await at("started-specialist");
    await ringing({ ...RING, holds: true });
    await page.getByTestId("action-finish").click();
    await page.getByTestId("dialog").waitFor();
    await page.getByTestId("decline").click();
    expect(await acted()).toEqual(step({ kind: "decline", id: "r7", busy: false }));
    expect(await page.getByTestId("dialog").count()).toBe(1);
  });

  test("several stack, and each is answered by itself", async () => {
    await at("ring-home", "he");
    await ringing(RING, { ...RING, id: "r8", name: "Priya Ramanathan" });
    expect(await page.getByTestId("ring").count()).toBe(2);
    await page.getByTestId("decline").nth(1).click();
    expect(await acted()).toEqual(step({ kind: "decline", id: "r8", busy: false }));
    expect(await page.getByTestId("ring").count()).toBe(1);
  });

  test.each(LANGUAGES)("fits a window of which a zoom of 200 %% leaves a quarter (%s)", async (locale) => {
    await at("ring-call", locale);
    await page.setViewportSize({ width: 450, height: 320 });
    for (const button of ["accept", "decline", "busy"]) {
      await tabTo(button);
      const box = await page.getByTestId(button).boundingBox();
      expect(box !== null && box.x >= 0 && box.x + box.width <= 450 && box.y >= 0 && box.y + box.height <= 320, button).toBe(true);
    }
    await shoot(`ring-call.${locale}.zoomed`);
  });
});

test.each(["calls-people", "calls-log", "invite-people", "outgoing-team"])("%s scrolls to its last control in a window of a quarter", async (scene) => {
  await at(scene, "ru");
  await page.setViewportSize({ width: 450, height: 320 });
  const last = { "calls-people": "undisturbed", "calls-log": "undisturbed", "invite-people": "ask-in", "outgoing-team": "call-cancel" }[scene] ?? "";
  await tabTo(last);
  const box = await page.getByTestId(last).boundingBox();
  expect(box !== null && box.y >= 0 && box.y + box.height <= 321).toBe(true);
  await shoot(`${scene}.ru.zoomed`);
});
