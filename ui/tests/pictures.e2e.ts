// The way of a picture in the page: socket, worker, decoder, canvas, clock, report. Real VP8, made by the browser.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";
import type { DrawStats } from "../src/lib/bindings/DrawStats";
import { launch } from "./browser";
import { FramesServer, clockBits, i420, message } from "./frames";
import { encodeVp8 } from "./vp8";

const KEY = 1;
const RAW = 2;
const SOON = { timeout: 15_000, interval: 50 };

let browser: Browser;
let frames: FramesServer;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

beforeEach(async () => {
  frames = await FramesServer.listen();
  page = await browser.newPage();
  complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${inject("gallery")}?scene=started-client&locale=en&frames=${encodeURIComponent(frames.url)}`);
  await vi.waitFor(() => expect(frames.connections).toBe(1), SOON);
});
afterEach(async () => {
  await page.close();
  frames.close();
  expect(complaints).toEqual([]);
});

async function report(stream: number): Promise<DrawStats | undefined> {
  const drawn = await page.evaluate(() => document.documentElement.dataset["drawn"] ?? "[]");
  return (JSON.parse(drawn) as DrawStats[]).find((row) => row.stream === stream);
}

const acted = () => page.evaluate(() => JSON.parse(document.documentElement.dataset["acted"] ?? "null"));

async function expectReport(stream: number, expected: Partial<Record<keyof DrawStats, unknown>>): Promise<DrawStats> {
  await vi.waitFor(async () => expect(await report(stream)).toMatchObject(expected), SOON);
  return (await report(stream))!;
}

test("a raw picture is drawn, acknowledged, measured, and takes the place of the initials", async () => {
  let sequence = 0;
  const timer = setInterval(() => {
    const picture = i420(320, 180, [90, 150], Date.now() - 40, sequence);
    frames.send(message({ stream: 1, sequence: sequence++, width: 320, height: 180, flags: KEY | RAW }, picture));
  }, 50);
  const latency = await vi.waitFor(async () => {
    const row = await report(1);
    expect(row?.latency_ms.length).toBeGreaterThan(5);
    return row!.latency_ms;
  }, SOON);
  clearInterval(timer);
  expect(Math.min(...latency)).toBeGreaterThan(35);
  expect(await report(1)).toMatchObject({ width: 320, height: 180 });
  expect(await page.getByTestId("tile").getAttribute("data-drawn")).toBe("");
  await vi.waitFor(() => expect(frames.acknowledged.has(`1:${sequence - 1}`)).toBe(true), SOON);
});

test("VP8 is decoded from a key frame on, over a change of size, with its clock read", async () => {
  const small = await encodeVp8(page, { width: 320, height: 180, bits: clockBits(1000, 1), count: 3 });
  const large = await encodeVp8(page, { width: 640, height: 360, bits: clockBits(2000, 2), count: 2 });
  // A delta first: it asks for a key frame and draws nothing.
  frames.send(message({ stream: 1, sequence: 0, width: 320, height: 180, flags: 0 }, small[1]!.data));
  await vi.waitFor(async () => expect(await acted()).toEqual({ kind: "need_key_frame", stream: 1 }), SOON);
  expect((await report(1))?.drawn ?? 0).toBe(0);

  for (const [index, frame] of [...small, ...large].entries()) {
    const { width, height } = frame;
    frames.send(message({ stream: 1, sequence: 1 + index, width, height, flags: frame.key ? KEY : 0 }, frame.data));
    const row = await expectReport(1, { decoded: 1 + index });
    expect(row.latency_ms).toHaveLength(1);
  }
  const row = await expectReport(1, { received: 6, decoded: 5, width: 640, height: 360 });
  expect(row.drawn).toBe(5);
});

test("what cannot be decoded asks for a key frame, and the next one is drawn", async () => {
  const [key] = await encodeVp8(page, { width: 320, height: 180, bits: clockBits(5, 5), count: 1 });
  const garbage = new Uint8Array(400).fill(0x5a);
  frames.send(message({ stream: 1, sequence: 0, width: 320, height: 180, flags: KEY }, key!.data));
  await expectReport(1, { drawn: 1 });
  frames.send(message({ stream: 1, sequence: 1, width: 320, height: 180, flags: KEY }, garbage));
  await vi.waitFor(async () => expect(await acted()).toEqual({ kind: "need_key_frame", stream: 1 }), SOON);
  frames.send(message({ stream: 1, sequence: 2, width: 320, height: 180, flags: KEY }, key!.data));
  await expectReport(1, { received: 3, drawn: 2 });
});

test("a lost socket comes back by itself, and draws again from a key frame on", async () => {
  const [key, delta] = await encodeVp8(page, { width: 320, height: 180, bits: clockBits(5, 5), count: 2 });
  frames.send(message({ stream: 1, sequence: 0, width: 320, height: 180, flags: KEY }, key!.data));
  await expectReport(1, { drawn: 1 });
  frames.drop();
  await vi.waitFor(() => expect(frames.connections).toBe(2), SOON);
  frames.send(message({ stream: 1, sequence: 1, width: 320, height: 180, flags: 0 }, delta!.data));
  await vi.waitFor(async () => expect(await acted()).toEqual({ kind: "need_key_frame", stream: 1 }), SOON);
  frames.send(message({ stream: 1, sequence: 2, width: 320, height: 180, flags: KEY }, key!.data));
  await expectReport(1, { decoded: 2 });
});

test("each tile says how big it is", async () => {
  await vi.waitFor(async () => {
    const tile = await page.evaluate(() => JSON.parse(document.documentElement.dataset["tile"] ?? "null"));
    expect(tile).toMatchObject({ kind: "tile", height: expect.any(Number) });
    expect(tile.height).toBeGreaterThan(50);
  }, SOON);
});
