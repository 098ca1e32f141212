// Places that cannot decode: the page asks the app for raw pictures and draws them. What the place lacks is taken
// from the worker before its own script runs.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from "vitest";
import type { DrawStats } from "../src/lib/bindings/DrawStats";
import { launch } from "./browser";
import { FramesServer, clockBits, i420, message } from "./frames";
import { encodeVp8 } from "./vp8";
import { ChangedGallery } from "./without";

const KEY = 1;
const RAW = 2;
const SOON = { timeout: 15_000, interval: 50 };

const WITHOUT_WEBCODECS = "delete self.VideoDecoder; delete self.VideoFrame; delete self.EncodedVideoChunk;";
const WITHOUT_DECODER = "delete self.VideoDecoder;";
const WITHOUT_VP8 = "VideoDecoder.isConfigSupported = async (config) => ({ supported: false, config });";
/** It claims to know VP8, and then fails at every start. */
const BROKEN = `VideoDecoder.prototype.configure = function () {
  throw new DOMException("no decoder", "NotSupportedError");
};`;
/** It takes everything and gives nothing back. */
const STUCK = "VideoDecoder.prototype.decode = function () {};";

let browser: Browser;
let frames: FramesServer;
let page: Page;
let gallery: ChangedGallery;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
async function close(): Promise<void> {
  await page.close();
  frames.close();
  gallery.close();
}

afterEach(async () => {
  await close();
  expect(complaints.splice(0)).toEqual([]);
});

/** Opens a call in a window whose worker begins with this script. */
async function open(script: string): Promise<void> {
  frames = await FramesServer.listen();
  page = await browser.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  gallery = await ChangedGallery.listen(inject("gallery"), script);
  await page.goto(`${gallery.url}?scene=started-client&locale=en&frames=${encodeURIComponent(frames.url)}`);
  await vi.waitFor(() => expect(frames.connections).toBe(1), SOON);
}

async function report(): Promise<DrawStats | undefined> {
  const drawn = await page.evaluate(() => document.documentElement.dataset["drawn"] ?? "[]");
  return (JSON.parse(drawn) as DrawStats[]).find((row) => row.stream === 1);
}

function sendRaw(sequence: number, width: number, height: number): void {
  const picture = i420(width, height, [90, 150], Date.now() - 40, sequence);
  frames.send(message({ stream: 1, sequence, width, height, flags: KEY | RAW }, picture));
}

/** Pictures are drawn, their clocks read, their acknowledgements sent. Gives a colour of the last. */
async function expectDrawn(width: number, height: number): Promise<number[]> {
  let sequence = 0;
  const timer = setInterval(() => sendRaw(sequence++, width, height), 50);
  await vi.waitFor(async () => {
    expect(await report()).toMatchObject({ width, height });
    expect((await report())!.latency_ms.length).toBeGreaterThan(5);
  }, SOON);
  clearInterval(timer);
  await vi.waitFor(() => expect(frames.acknowledged.has(`1:${sequence - 1}`)).toBe(true), SOON);
  return colour();
}

/** The tile's own middle, as the person sees it. */
async function colour(): Promise<number[]> {
  const shot = await page.getByTestId("tile").locator("canvas").screenshot();
  return page.evaluate(async (base64) => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]));
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d")!;
    context.drawImage(image, 0, 0);
    return [...context.getImageData(image.width / 2, image.height / 2, 1, 1).data.subarray(0, 3)];
  }, shot.toString("base64"));
}

test("without WebCodecs raw pictures are asked for and drawn in the colours the browser would give them", async () => {
  await open(WITHOUT_WEBCODECS);
  expect(frames.query).toBe("?raw=1");
  const own = await expectDrawn(320, 180);
  await close();
  await open(WITHOUT_DECODER);
  expect(frames.query).toBe("?raw=1");
  const browsers = await expectDrawn(320, 180);
  own.forEach((side, index) => expect(Math.abs(side - browsers[index]!)).toBeLessThanOrEqual(3));
});

test("without VP8 raw pictures are asked for at once, and odd sizes are drawn too", async () => {
  await open(WITHOUT_VP8);
  expect(frames.query).toBe("?raw=1");
  await expectDrawn(320, 180);
  await expectDrawn(321, 181);
});

test.each([
  ["fails at every start", BROKEN],
  ["gives nothing back", STUCK],
])("a decoder that %s is given up for raw pictures", async (_, script) => {
  await open(script);
  expect(frames.query).toBe("");
  const [key, delta] = await encodeVp8(page, { width: 320, height: 180, bits: clockBits(1000, 1), count: 2 });
  for (let sequence = 0; frames.connections === 1 && sequence < 500; sequence++) {
    const frame = sequence % 10 === 0 ? key! : delta!;
    const head = { stream: 1, sequence, width: 320, height: 180, flags: frame.key ? KEY : 0 };
    frames.send(message(head, frame.data));
    await new Promise((done) => setTimeout(done, 10));
  }
  await vi.waitFor(() => expect(frames.query).toBe("?raw=1"), SOON);
  expect(frames.connections).toBe(2);
  await expectDrawn(320, 180);
});
