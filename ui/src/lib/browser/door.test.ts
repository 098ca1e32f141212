import { expect, test } from "vitest";
import { AHEAD, early, isDue, KNOWN, phaseOf, unreached, type Door } from "./door";

test("whoever is early comes back when it is time, and looks now and then whether the visit was moved", () => {
  const soon = early(AHEAD, 1000, 20_000);
  expect([isDue(soon, 20_999), isDue(soon, 21_000), phaseOf(soon).kind]).toEqual([false, true, "early"]);
  expect(isDue(early(AHEAD, 0, 86_400_000), 300_000)).toBe(true);
  expect(isDue(early(AHEAD, 0, -5000), 100)).toBe(false);
});

test("a failed request is no open door: it is tried again, ever more slowly, and never given up", () => {
  let door: Door = AHEAD;
  const pauses = Array.from({ length: 8 }, () => {
    door = unreached(door, 0, "timeout");
    return door.kind === "unreached" ? door.at : 0;
  });
  expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
  expect([pauses[0], pauses[7], phaseOf(door).kind]).toEqual([2000, 60_000, "reconnecting"]);
});

test("whoever went away goes back by hand only", () => {
  expect([isDue(AHEAD, 0), isDue(KNOWN, 1e9), phaseOf(KNOWN).kind]).toEqual([true, false, "outside"]);
});
