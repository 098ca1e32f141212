// One Chromium for a test file, and pages that fail on anything the browser complains about.
import { chromium, type Browser, type Page } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** The moment at which the gallery's day is looked at: half an hour before the visit. */
export const NOW = new Date("2026-11-23T11:02:30Z");

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", headless: true, args: FLAGS });
}

export interface Watched {
  page: Page;
  /** What the browser complained about: errors, refused styles, failed requests. */
  complaints: string[];
}

export async function open(browser: Browser, url: string, timezoneId = "Asia/Jerusalem"): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 900, height: 640 }, timezoneId, reducedMotion: "reduce" });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  await page.clock.setFixedTime(NOW);
  await page.goto(url);
  await page.locator("main[data-screen]").waitFor();
  return { page, complaints };
}
