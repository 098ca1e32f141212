import { expect, test } from "vitest";
import { i420Bytes, toRgba } from "./i420";

/** One colour, by the equations of BT.601 in floating point: the other way round than the code under test. */
function picture(width: number, height: number, [r, g, b]: readonly [number, number, number]): Uint8Array {
  const bytes = new Uint8Array(i420Bytes(width, height));
  const chroma = (bytes.length - width * height) / 2;
  const luma = 0.299 * r + 0.587 * g + 0.114 * b;
  bytes.fill(Math.round(16 + (219 / 255) * luma), 0, width * height);
  bytes.fill(Math.round(128 + (224 / 255) * ((b - luma) / 1.772)), width * height, width * height + chroma);
  bytes.fill(Math.round(128 + (224 / 255) * ((r - luma) / 1.402)), width * height + chroma);
  return bytes;
}

function converted(i420: Uint8Array, width: number, height: number): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(4 * width * height);
  toRgba(i420, width, height, rgba);
  return rgba;
}

test("chroma of odd sizes is rounded up", () => {
  expect([i420Bytes(4, 2), i420Bytes(3, 3), i420Bytes(640, 360)]).toEqual([12, 17, 345_600]);
});

test.each([
  [4, 2],
  [5, 3],
  [1, 1],
  [64, 36],
])("every colour comes back, at %ix%i", (width, height) => {
  const sides = [0, 37, 128, 201, 255];
  for (const colour of sides.flatMap((r) => sides.flatMap((g) => sides.map((b) => [r, g, b] as const)))) {
    const rgba = converted(picture(width, height, colour), width, height);
    const wanted = [...colour, 255];
    const furthest = rgba.reduce((most, side, at) => Math.max(most, Math.abs(side - wanted[at % 4]!)), 0);
    expect(furthest).toBeLessThanOrEqual(2);
  }
});

test("values outside the video range are cut off", () => {
  const [super_black, super_white] = [0, 255].map((luma) => converted(new Uint8Array([luma, 128, 128]), 1, 1));
  expect([...super_black!, ...super_white!]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
});

test("each pixel has its own light, and each four share their colour", () => {
  const luma = [16, 235, 126, 16, 235, 16, 16, 126, 126];
  // 3x3: four chroma samples, of which only that of the last column and row is red.
  const rgba = converted(new Uint8Array([...luma, 128, 128, 128, 90, 128, 128, 128, 240]), 3, 3);
  const pixel = (index: number) => [...rgba.subarray(4 * index, 4 * index + 3)];
  expect([0, 1, 2].map(pixel)).toEqual([[0, 0, 0], [255, 255, 255], [128, 128, 128]]);
  expect([3, 7].map(pixel)).toEqual([[0, 0, 0], [128, 128, 128]]);
  expect(pixel(8)[0]).toBe(255);
  expect(pixel(8)[1]).toBeLessThan(100);
});
