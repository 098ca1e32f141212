// Sizes of files and pictures.
import type { Locale } from "../bindings/Locale";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** "310 kB", "4.2 MB", in the language's own way. */
export function bytes(of: Locale, size: number): string {
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return new Intl.NumberFormat(of, {
    style: "unit",
    unit: UNITS[unit] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: digits,
  }).format(value);
}

export interface Size {
  width: number;
  height: number;
}

/** CSS pixels: as large as a picture is shown among the messages, and as small. */
const MOST: Size = { width: 272, height: 240 };
const LEAST = 72;

/** How large a picture is shown, before anything of it is there: nothing moves when it comes. */
export function fitted({ width, height }: Size, most = MOST): Size {
  if (width <= 0 || height <= 0) return { width: most.width, height: Math.round((most.width * 2) / 3) };
  const scale = Math.min(1, most.width / width, most.height / height);
  const fit = (side: number, limit: number) => Math.min(limit, Math.max(LEAST, Math.round(side * scale)));
  return { width: fit(width, most.width), height: fit(height, most.height) };
}
