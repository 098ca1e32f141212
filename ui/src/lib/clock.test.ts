import { describe, expect, test } from "vitest";
import type { ClockView } from "./bindings/ClockView";
import { digits, read, reanchor, untilNextSecond } from "./clock";

const clock = (left: number, running = true): ClockView => ({
  remaining_ms: Math.max(0, left),
  overtime_ms: Math.max(0, -left),
  net_ms: 1_800_000 - left,
  running,
  phase: "calm",
});

describe("the clock between two views", () => {
  test("counts on by itself while it runs", () => {
    const anchor = reanchor(null, clock(90_000), 5_000);
    expect(read(anchor, 5_000).remaining).toBe(90);
    expect(read(anchor, 65_000)).toMatchObject({ remaining: 30, overtime: 0, net: 1_770 });
  });

  test("stands still in a pause", () => {
    const anchor = reanchor(null, clock(90_000, false), 0);
    expect(read(anchor, 3_600_000).remaining).toBe(90);
  });

  test("goes from the last second into overtime without a gap", () => {
    const anchor = reanchor(null, clock(1_000), 0);
    expect(read(anchor, 999)).toMatchObject({ remaining: 1, phase: "one_minute" });
    expect(read(anchor, 1_000)).toMatchObject({ remaining: 0, overtime: 0, phase: "overtime" });
    expect(read(anchor, 3_500)).toMatchObject({ remaining: 0, overtime: 2 });
  });

  test.each([
    [300_001, "calm"],
    [300_000, "five_minutes"],
    [60_001, "five_minutes"],
    [60_000, "one_minute"],
    [1, "one_minute"],
    [0, "overtime"],
    [-1, "overtime"],
  ])("at %i ms it is %s", (left, phase) => {
    expect(read(reanchor(null, clock(left), 0), 0).phase).toBe(phase);
  });

  test("a view that is a little late does not make it flicker, a real change is taken", () => {
    const first = reanchor(null, clock(90_000), 0);
    expect(reanchor(first, clock(80_300), 10_000)).toBe(first);
    expect(read(reanchor(first, clock(200_000), 10_000), 10_000).remaining).toBe(200);
  });

  test("a pause is taken at once", () => {
    const paused = reanchor(reanchor(null, clock(90_000), 0), clock(80_000, false), 10_000);
    expect(read(paused, 500_000)).toMatchObject({ remaining: 80, running: false });
  });

  test("the next tick is when the shown second changes", () => {
    const anchor = reanchor(null, clock(90_400), 0);
    expect(read(anchor, untilNextSecond(anchor, 0)).remaining).toBe(90);
    const over = reanchor(null, clock(-2_600), 0);
    expect(read(over, untilNextSecond(over, 0)).overtime).toBe(3);
  });
});

test.each([
  [0, "00:00"],
  [59, "00:59"],
  [309, "05:09"],
  [3_599, "59:59"],
  [3_909, "1:05:09"],
])("%i seconds read %s", (seconds, shown) => expect(digits(seconds)).toBe(shown));
