// Real VP8, encoded by the browser under test: still pictures with a frame clock.
import type { Page } from "playwright-core";

interface Wanted {
  width: number;
  height: number;
  /** The 64 bits of the frame clock. */
  bits: boolean[];
  count: number;
}

export interface Encoded {
  key: boolean;
  width: number;
  height: number;
  data: Uint8Array;
}

/** A key frame and the deltas after it. */
export async function encodeVp8(page: Page, wanted: Wanted): Promise<Encoded[]> {
  const rows = await page.evaluate(async ({ width, height, bits, count }) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d")!;
    context.fillStyle = "rgb(60 120 160)";
    context.fillRect(0, 0, width, height);
    const block = Math.round(height / 22.5);
    bits.forEach((bit, index) => {
      context.fillStyle = bit ? "white" : "black";
      context.fillRect(((index % 32) * width) / 32, Math.floor(index / 32) * block, width / 32, block);
    });
    const chunks: { key: boolean; bytes: number[] }[] = [];
    const encoder = new VideoEncoder({
      output: (chunk) => {
        const data = new Uint8Array(chunk.byteLength);
        chunk.copyTo(data);
        chunks.push({ key: chunk.type === "key", bytes: [...data] });
      },
      error: (error) => {
        throw error;
      },
    });
    encoder.configure({ codec: "vp8", width, height, bitrate: 1_000_000, framerate: 30, latencyMode: "realtime" });
    for (let index = 0; index < count; index++) {
      const frame = new VideoFrame(canvas, { timestamp: index * 33_333 });
      encoder.encode(frame, { keyFrame: index === 0 });
      frame.close();
    }
    await encoder.flush();
    encoder.close();
    return chunks;
  }, wanted);
  return rows.map(({ key, bytes }) => ({ key, width: wanted.width, height: wanted.height, data: Uint8Array.from(bytes) }));
}
