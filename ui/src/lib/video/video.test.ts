import { expect, test } from "vitest";
import { backoff } from "./link";
import { StreamStats } from "./stats";
import { neededHeight } from "./tile_size";

test("the socket comes back soon at first, and never waits for long", () => {
  expect([0, 1, 2, 3, 4, 5, 50].map(backoff)).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
});

test("a report carries counters since the start and times since the last report, at most 120", () => {
  const stats = new StreamStats(3);
  for (let index = 0; index < 150; index++) {
    stats.received();
    stats.decoded();
    stats.drawn(640, 360, index, index % 2 === 0 ? 20 : null);
  }
  const first = stats.report();
  expect(first).toMatchObject({ stream: 3, received: 150, decoded: 150, drawn: 150, width: 640, height: 360 });
  expect([first.drawn_at.length, first.latency_ms.length]).toEqual([120, 75]);
  expect(stats.report()).toMatchObject({ received: 150, drawn_at: [], latency_ms: [] });
});

test("a tile needs the pixels its picture really fills", () => {
  const wide = 16 / 9;
  expect(neededHeight({ width: 640, height: 360 }, wide, 2, true)).toBe(720);
  expect(neededHeight({ width: 320, height: 900 }, wide, 1, true)).toBe(180);
  expect(neededHeight({ width: 640, height: 360 }, wide, 1, false)).toBe(0);
});
