// From I420 to RGBA, for places where nothing else converts. BT.601 video range, as all pictures of a call are, in
// fixed point with 8 bits of fraction.

/** Bytes of an I420 picture: full luma, and chroma halved both ways, odd sizes rounded up. */
export function i420Bytes(width: number, height: number): number {
  return width * height + 2 * (Math.ceil(width / 2) * Math.ceil(height / 2));
}

/** Converts a whole picture; `rgba` has four bytes for each of its pixels. */
export function toRgba(i420: Uint8Array, width: number, height: number, rgba: Uint8ClampedArray): void {
  const half = Math.ceil(width / 2);
  const blue = width * height;
  const red = blue + half * Math.ceil(height / 2);
  let out = 0;
  for (let row = 0; row < height; row++) {
    const line = row * width;
    const chroma = (row >> 1) * half;
    for (let column = 0; column < width; column++) {
      const luma = 298 * (i420[line + column]! - 16) + 128;
      const u = i420[blue + chroma + (column >> 1)]! - 128;
      const v = i420[red + chroma + (column >> 1)]! - 128;
      rgba[out] = (luma + 409 * v) >> 8;
      rgba[out + 1] = (luma - 100 * u - 208 * v) >> 8;
      rgba[out + 2] = (luma + 516 * u) >> 8;
      rgba[out + 3] = 255;
      out += 4;
    }
  }
}
