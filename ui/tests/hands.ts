// A person at the keyboard, and what came of it.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Action } from "../src/lib/bindings/Action";

/** The last action that was sent. */
export function acted(page: Page): Promise<Action | null> {
  return page.evaluate((): Action | null => JSON.parse(document.documentElement.dataset["acted"] ?? "null"));
}

/** The test id of what has the focus, or its tag. */
export function focused(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? document.activeElement?.tagName);
}

/** Presses Tab until the control has the focus; fails when it is not reached. */
export async function tabTo(page: Page, testId: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    if ((await focused(page)) === testId) return;
    await page.keyboard.press("Tab");
  }
  expect(await focused(page)).toBe(testId);
}
