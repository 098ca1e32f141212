import { expect, test } from "vitest";
import { CALM_MS, Crowd } from "./crowd";

test("the ninth ends the pictures at once, and they come back after a calm time", () => {
  const crowd = new Crowd();
  expect([crowd.follow(0, 8, 8), crowd.isSeen]).toEqual([false, true]);
  expect([crowd.follow(1, 9, 8), crowd.isSeen]).toEqual([true, false]);
  expect([crowd.follow(1000, 8, 8), crowd.isSeen]).toEqual([false, false]);
  expect([crowd.follow(999 + CALM_MS, 8, 8), crowd.isSeen]).toEqual([false, false]);
  expect([crowd.follow(1000 + CALM_MS, 8, 8), crowd.isSeen]).toEqual([true, true]);
});

test("whoever leaves and is back at once changes nothing", () => {
  const crowd = new Crowd();
  crowd.follow(0, 9, 8);
  const changes = Array.from({ length: 40 }, (_, index) => crowd.follow(index * (CALM_MS - 1), index % 2 === 0 ? 8 : 9, 8));
  expect(changes).not.toContain(true);
});
