// How tiles fill a box best: those of one size, or one large with the others in a strip beside it.

export interface Box {
  width: number;
  height: number;
}

export interface Grid {
  columns: number;
  rows: number;
  /** The tiles would be too small to recognize anybody: they keep a readable size instead, and the box scrolls. */
  scrolls: boolean;
}

const SHAPE = 16 / 9;

/** The grid in which pictures become largest; `least` is the smallest width of a tile, all in CSS pixels. */
export function gridOf(count: number, box: Box, gap: number, least: number): Grid {
  const widths = Array.from({ length: Math.max(1, count) }, (_, index) => pictureWidth(count, index + 1, box, gap));
  const largest = Math.max(...widths);
  if (largest < least) return scrolling(count, box, gap, least);
  const columns = widths.indexOf(largest) + 1;
  return { columns, rows: Math.ceil(count / columns), scrolls: false };
}

function pictureWidth(count: number, columns: number, box: Box, gap: number): number {
  const rows = Math.ceil(count / columns);
  const width = (box.width - (columns - 1) * gap) / columns;
  const height = (box.height - (rows - 1) * gap) / rows;
  return Math.max(0, Math.min(width, height * SHAPE));
}

function scrolling(count: number, box: Box, gap: number, least: number): Grid {
  const fitting = Math.floor((box.width + gap) / (least + gap));
  const columns = Math.min(count, Math.max(1, fitting));
  return { columns, rows: Math.ceil(count / columns), scrolls: true };
}

/** Where the strip beside something large is, and how thick, in CSS pixels. */
export interface Strip {
  at: "side" | "bottom";
  size: number;
}

/** The strip that leaves the larger picture. */
export function stripOf(box: Box, gap: number): Strip {
  const side = Math.min(224, Math.max(144, box.width * 0.2));
  const bottom = Math.min(136, Math.max(84, box.height * 0.22));
  const beside = Math.min(box.width - side - gap, box.height * SHAPE);
  const above = Math.min(box.width, (box.height - bottom - gap) * SHAPE);
  return beside >= above ? { at: "side", size: side } : { at: "bottom", size: bottom };
}
