import { expect, test } from "vitest";
import { until } from "./until";

const MINUTE = 60_000;

test.each([
  [-5, { unit: "now" }],
  [0, { unit: "now" }],
  [0.2, { unit: "minutes", count: 1 }],
  [90, { unit: "minutes", count: 90 }],
  [90.5, { unit: "hours", hours: 1, minutes: 31 }],
  [120, { unit: "hours", hours: 2, minutes: 0 }],
  [149, { unit: "hours", hours: 2, minutes: 29 }],
  [179.5, { unit: "hours", hours: 3, minutes: 0 }],
  [24 * 60 - 1, { unit: "hours", hours: 23, minutes: 59 }],
  [24 * 60 - 0.5, { unit: "days", count: 1 }],
  [35 * 60, { unit: "days", count: 1 }],
  [37 * 60, { unit: "days", count: 2 }],
  [59 * 60, { unit: "days", count: 2 }],
  [61 * 60, { unit: "days", count: 3 }],
])("%d minutes ahead", (minutes, left) => expect(until(minutes * MINUTE)).toEqual(left));

test("a start that is no date promises nothing", () => expect(until(Number.NaN)).toEqual({ unit: "now" }));
