// Reads the clock that synthetic sources draw into their pictures, from the picture as it was drawn. The layout is
// that of crates/media/src/video/frame_clock.rs: two rows of 32 blocks over the whole width, white is 1, most
// significant bit first: 32 bits of Unix milliseconds, a 16-bit frame counter, a 16-bit CRC over the first 48.
import { hiddenCanvas, type Context, type Surface } from "./surface";

export const COLUMNS = 32;
export const ROWS = 2;
const THRESHOLD = 128;

/** What a picture says about itself. */
export interface FrameClock {
  /** Capture time: Unix milliseconds modulo 2^32. */
  millis: number;
  /** Frame counter modulo 2^16. */
  counter: number;
}

/** Height of one block for a picture of a given height: 16 pixels at 360, never below 2. */
export function blockHeight(height: number): number {
  return Math.max(2, Math.round(height / 22.5));
}

/** The clock in RGBA pixels, one pixel a block, row by row; null when the check fails. */
export function readBlocks(pixels: Uint8ClampedArray): FrameClock | null {
  const bytes = new Uint8Array(8);
  for (let block = 0; block < COLUMNS * ROWS; block++) {
    const at = block * 4;
    const light = ((pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0)) / 3;
    if (light >= THRESHOLD) bytes[block >> 3]! |= 0x80 >> (block & 7);
  }
  const view = new DataView(bytes.buffer);
  if (crc16(bytes.subarray(0, 6)) !== view.getUint16(6)) return null;
  return { millis: view.getUint32(0), counter: view.getUint16(4) };
}

/** CRC-CCITT: polynomial 0x1021, from 0xFFFF, most significant bit first, nothing reversed. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}

/** Milliseconds from a capture time to `now` (Unix milliseconds), over the wrap of its 32 bits. */
export function latency(now: number, millis: number): number {
  const whole = Math.floor(now);
  return ((whole - millis) | 0) + (now - whole);
}

/** Frames in a row without a clock after which only every so many are looked at: cameras carry none. */
const PATIENCE = 30;

/** Reads the clock of one stream from its canvas, as often as it is worth it. */
export class FrameClockReader {
  readonly #strip: Context | null;
  #misses = 0;

  constructor() {
    this.#strip = strip();
  }

  /** The clock of the picture now on the canvas; null when there is none or this frame was skipped. */
  read(surface: Surface): FrameClock | null {
    if (this.#strip === null) return null;
    if (this.#misses >= PATIENCE && this.#misses % PATIENCE !== 0) {
      this.#misses++;
      return null;
    }
    const height = Math.min(surface.height, ROWS * blockHeight(surface.height));
    if (surface.width === 0 || height === 0) return null;
    this.#strip.drawImage(surface, 0, 0, surface.width, height, 0, 0, COLUMNS, ROWS);
    const clock = readBlocks(this.#strip.getImageData(0, 0, COLUMNS, ROWS).data);
    this.#misses = clock === null ? this.#misses + 1 : 0;
    return clock;
  }
}

function strip(): Context | null {
  const context = hiddenCanvas(COLUMNS, ROWS).getContext("2d", { alpha: false, willReadFrequently: true }) as Context | null;
  if (context !== null) context.imageSmoothingEnabled = false;
  return context;
}
