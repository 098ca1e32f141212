import { describe, expect, test } from "vitest";
import { gridOf, stripOf, type Box } from "./grid";

const WIDE: Box = { width: 880, height: 440 };
const TALL: Box = { width: 400, height: 420 };
const SMALL: Box = { width: 400, height: 180 };
const grid = (count: number, box: Box) => gridOf(count, box, 8, 150);

describe("gridOf", () => {
  test.each([
    [1, WIDE, 1, 1],
    [2, WIDE, 2, 1],
    [4, WIDE, 2, 2],
    [5, WIDE, 3, 2],
    [8, WIDE, 3, 3],
    [1, TALL, 1, 1],
    [2, TALL, 1, 2],
    [3, TALL, 1, 3],
    [4, TALL, 2, 2],
  ])("%i in %o: %i columns, %i rows", (count, box, columns, rows) => {
    expect(grid(count, box)).toEqual({ columns, rows, scrolls: false });
  });

  test("where tiles would be too small they keep their size and scroll", () => {
    expect(grid(8, SMALL)).toEqual({ columns: 2, rows: 4, scrolls: true });
    expect(grid(8, { width: 100, height: 100 })).toEqual({ columns: 1, rows: 8, scrolls: true });
  });

  test("everybody has a place, and no column stays empty", () => {
    for (const box of [WIDE, TALL, SMALL, { width: 1900, height: 300 }]) {
      for (let count = 1; count <= 9; count++) {
        const { columns, rows } = grid(count, box);
        expect(columns * rows).toBeGreaterThanOrEqual(count);
        expect(columns).toBeLessThanOrEqual(count);
      }
    }
  });

  test("a box that is not measured yet has a grid too", () => {
    expect(grid(4, { width: 0, height: 0 })).toMatchObject({ columns: 1, rows: 4 });
  });
});

describe("stripOf", () => {
  test.each([
    [WIDE, "side", 176],
    [{ width: 400, height: 260 }, "bottom", 84],
    [TALL, "bottom", 92.4],
    [{ width: 2500, height: 1300 }, "side", 224],
  ] as const)("beside a picture in %o: %s, %d", (box, at, size) => {
    const strip = stripOf(box, 8);
    expect(strip.at).toBe(at);
    expect(strip.size).toBeCloseTo(size);
  });
});
