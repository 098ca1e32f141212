import { describe, expect, test } from "vitest";
import { blockHeight, crc16, latency, readBlocks } from "./frame_clock";

/** The 64 bits as RGBA pixels, with the luma of limited-range video and noise on top. */
function pixels(content: bigint, noise = 0): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(64 * 4);
  for (let block = 0; block < 64; block++) {
    const white = (content >> BigInt(63 - block)) & 1n;
    const light = (white === 1n ? 235 : 16) + (block % 2 === 0 ? noise : -noise);
    rgba.set([light, light, light, 255], block * 4);
  }
  return rgba;
}

function stamp(millis: number, counter: number): bigint {
  const bytes = new DataView(new ArrayBuffer(6));
  bytes.setUint32(0, millis);
  bytes.setUint16(4, counter);
  return (BigInt(millis) << 32n) | (BigInt(counter) << 16n) | BigInt(crc16(new Uint8Array(bytes.buffer)));
}

describe("the clock in the picture", () => {
  test("uses the check of the Rust side", () => {
    expect(crc16(new TextEncoder().encode("123456789"))).toBe(0x29b1);
  });

  test.each([
    [0, 0],
    [0xffff_ffff, 0xffff],
    [0x8000_0001, 0x1234],
    [1_795_000_000_000 % 2 ** 32, 77],
  ])("is read back: %i, %i", (millis, counter) => {
    for (const noise of [0, 60, -60]) expect(readBlocks(pixels(stamp(millis, counter), noise))).toEqual({ millis, counter });
  });

  test("one wrong bit anywhere and there is none", () => {
    for (let bit = 0n; bit < 64n; bit++) expect(readBlocks(pixels(stamp(123_456, 7) ^ (1n << bit)))).toBeNull();
  });

  test("a black or a white picture carries none", () => {
    expect(readBlocks(pixels(0n))).toBeNull();
    expect(readBlocks(pixels(2n ** 64n - 1n))).toBeNull();
  });

  test("blocks are as high as on the Rust side", () => {
    expect([720, 360, 180, 90, 20].map(blockHeight)).toEqual([32, 16, 8, 4, 2]);
  });
});

test("latency survives the wrap of its 32 bits", () => {
  const wrap = 2 ** 32;
  expect(latency(7 * wrap + 15.5, wrap - 10)).toBeCloseTo(25.5);
  expect(latency(7 * wrap + 100, 40)).toBeCloseTo(60);
  expect(latency(7 * wrap + 40, 100)).toBeCloseTo(-60);
});
