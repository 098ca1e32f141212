// Somebody who writes to others, and what came of it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { expect, inject, vi } from "vitest";
import type { FromElsewhere } from "../src/lib/backend/mock_chat";
import type { Action } from "../src/lib/bindings/Action";
import type { ChatStep } from "../src/lib/bindings/ChatStep";
import type { MessageRow } from "../src/lib/bindings/MessageRow";
import { open } from "./browser";
import { acted, focused, tabTo } from "./hands";

const SHOTS = process.env["SHOTS"];
const SOON = { timeout: 5_000, interval: 50 };

export class Writer {
  constructor(readonly page: Page) {}

  static async at(browser: Browser, scene: string, locale = "en"): Promise<Writer> {
    const { page } = await open(browser, `${inject("gallery")}?scene=${scene}&locale=${locale}`);
    return new Writer(page);
  }

  /** The last step in the chat; what the page tells by itself is not one. */
  async step(): Promise<ChatStep | null> {
    const action: Action | null = await acted(this.page);
    return action?.kind === "chat" ? action.step : null;
  }

  /** What the page has told by itself: what was seen, what is typed. */
  told(kind: "seen" | "draft" | "earlier" | "later"): Promise<ChatStep | null> {
    return this.page.evaluate((name): ChatStep | null => JSON.parse(document.documentElement.dataset[`chat_${name}`] ?? "null"), kind);
  }

  async soonTold(kind: "seen" | "draft" | "earlier" | "later", step: ChatStep): Promise<void> {
    await vi.waitFor(async () => expect(await this.told(kind)).toEqual(step), SOON);
  }

  async soonFocused(testId: string): Promise<void> {
    await vi.waitFor(async () => expect(await focused(this.page)).toBe(testId), SOON);
  }

  tabTo(testId: string): Promise<void> {
    return tabTo(this.page, testId);
  }

  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }

  /** A message of somebody else. */
  async receive(key: string, text: string): Promise<void> {
    const row: MessageRow = {
      key,
      mine: false,
      sender: "Ingrid Solheim",
      at: "2026-11-23T11:02:00Z",
      body: { kind: "text", text },
      reply: null,
      forwarded: false,
      state: { kind: "stored" },
    };
    await this.arrive({ row });
    await this.page.locator(`[data-key=${key}]`).waitFor({ state: "attached" });
    await this.painted();
  }

  /** Something comes from elsewhere. */
  arrive(detail: FromElsewhere): Promise<void> {
    return this.page.evaluate((given) => void window.dispatchEvent(new CustomEvent("arrive", { detail: given })), detail);
  }

  painted(): Promise<unknown> {
    return this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }

  /** How far the end of the log is out of sight, and where a message stands in it, in CSS pixels. */
  place(key: string): Promise<{ toEnd: number; top: number; height: number }> {
    return this.page.evaluate((name) => {
      const log = document.querySelector("[role=log]")!;
      const top = document.querySelector(`[data-key="${name}"]`)!.getBoundingClientRect().top - log.getBoundingClientRect().top;
      return { toEnd: log.scrollHeight - log.scrollTop - log.clientHeight, top, height: log.clientHeight };
    }, key);
  }

  async shoot(name: string): Promise<void> {
    if (SHOTS === undefined) return;
    mkdirSync(SHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }
}
